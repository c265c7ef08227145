"""A ranker's answer: every fault is named, and what can be used is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from engine.quality.parity.answers import KeptScores, read_answer
from engine.quality.parity.sample import kept_candidates, sampled_queries
from engine.types import Cancel, CrossExamError, Document, Query, Reranker, ScoredBatch
from engine.types.parity.faults import (
    DUPLICATE,
    EXTRA,
    MISSING,
    NOT_A_NUMBER,
    FaultyScores,
    ScoreFault,
    read_scores,
)
from engine.types.parity.report import SideLabel
from engine.types.parity.sides import side_of
from tests.engine.quality.parity.answering import ScriptedReranker
from tests.tiny import TinyStore


def test_one_finite_number_for_each_document_has_no_fault() -> None:
    assert read_scores([(1, 2.0), (0, np.float32(0.5))], 2) == ({1: 2.0, 0: 0.5}, ())


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ((2, 0.5), ScoreFault(EXTRA, None, "2")),
        ((-1, 0.5), ScoreFault(EXTRA, None, "-1")),
        ((True, 0.5), ScoreFault(EXTRA, None, "True")),
        ((None, 0.5), ScoreFault(EXTRA, None, "None")),
        ((1, math.nan), ScoreFault(NOT_A_NUMBER, 1, "nan")),
        ((1, math.inf), ScoreFault(NOT_A_NUMBER, 1, "inf")),
        ((1, "0.5"), ScoreFault(NOT_A_NUMBER, 1, "'0.5'")),
        ((1, False), ScoreFault(NOT_A_NUMBER, 1, "False")),
    ],
)
def test_each_fault_is_named(row: tuple[object, object], fault: ScoreFault) -> None:
    scores, faults = read_scores([(0, 1.0), row], 2)
    assert scores == {0: 1.0}
    assert faults[0] == fault
    rest = [MISSING] if fault.kind == EXTRA else []
    assert [each.kind for each in faults[1:]] == rest


def test_a_document_with_two_scores_keeps_its_own_only_where_they_are_one() -> None:
    assert read_scores([(0, 1.0), (0, 1.0)], 1)[0] == {0: 1.0}
    scores, faults = read_scores([(0, 1.0), (0, 2.0)], 1)
    assert scores == {}
    assert [each.kind for each in faults] == [DUPLICATE]


def test_batches_of_a_ranker_are_held_to_it_too() -> None:
    ranker = ScriptedReranker(lambda _, texts: [(0, 1.0), (0, 2.0), (7, 1.0), (1, math.nan)])
    scores, faults = read_answer(ranker, "q", ["a", "b", "c"], lambda: False)
    assert scores == {}
    assert [(each.kind, each.position) for each in faults] == [
        (DUPLICATE, 0),
        (EXTRA, None),
        (NOT_A_NUMBER, 1),
        (MISSING, 2),
    ]


class TwoRequests(Reranker):
    """Sends two texts at once, and refuses the first answer for its second text."""

    name = "two at once"

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for start in range(0, len(documents), 2):
            sent = documents[start : start + 2]
            if "bad" in sent:
                place = start + list(sent).index("bad")
                fault = ScoreFault(NOT_A_NUMBER, place, "nan")
                others = {p: 9.0 for p in range(start, start + len(sent)) if p != place}
                raise FaultyScores("a NaN", (fault,), others)
            places = tuple(range(start, start + len(sent)))
            yield ScoredBatch(places, (1.0,) * len(sent), (0,) * len(sent), 0.0)


def test_after_a_refused_answer_the_texts_not_sent_yet_are_sent() -> None:
    texts = ["a", "b", "bad", "c", "d", "e"]
    scores, faults = read_answer(TwoRequests(), "q", texts, lambda: False)
    assert scores == {0: 1.0, 1: 1.0, 3: 9.0, 4: 1.0, 5: 1.0}
    assert faults == (ScoreFault(NOT_A_NUMBER, 2, "nan"),)


def test_kept_scores_are_compared_where_both_sides_have_them() -> None:
    store = TinyStore([Document(name, name) for name in "abcd"])
    queries = [Query("1", "one"), Query("2", "two")]
    first = {"one": {"a": 1.0, "b": 3.0, "c": 2.0, "gone": 9.0}, "two": {"a": 1.0}}
    second = {"one": {"b": 3.0, "a": 1.0}}
    (candidates,) = kept_candidates(store, queries, [first, second], 10, 5)
    assert [document.doc_id for document in candidates.documents] == ["b", "a"]
    kept = KeptScores(SideLabel("saved:x", "x", "kept"), {"one": {"a": 1.0, "b": math.nan}})
    answer = kept.answer(queries[0], candidates.documents, lambda: False)
    assert answer.scores == {"a": 1.0}
    assert [fault.doc_id for fault in answer.faults] == ["b"]
    with pytest.raises(CrossExamError, match="kept on both sides"):
        kept_candidates(store, queries, [first, {"three": {}}], 10, 5)


def test_the_sample_is_always_the_same_and_no_blank_query_is_asked() -> None:
    queries = [Query(str(i), " " if i == 3 else f"q{i}") for i in range(40)]
    picked = sampled_queries(queries, 7)
    assert picked == sampled_queries(queries, 7)
    assert len(picked) == 7
    assert picked == sorted(picked, key=lambda query: int(query.query_id))
    assert len(sampled_queries(queries, 100)) == 39


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("saved:", "names no saved run"),
        ("bi-encoder:x", "retrieves"),
        ("tei:", "no address"),
        ("", "none"),
    ],
)
def test_a_side_that_cannot_be_says_what_can(text: str, wrong: str) -> None:
    with pytest.raises(CrossExamError, match=wrong if text else "names no reranker"):
        side_of(text)


def test_a_side_is_taken_apart() -> None:
    assert side_of(" fast ").mode == "fast"
    assert (side_of("saved:x#a/b [fp32]").run_id, side_of("saved:x#a/b [fp32]").kept) == (
        "x",
        "a/b [fp32]",
    )
    assert side_of("tei:http://127.0.0.1:1").remote
    assert not side_of("./folder").remote
