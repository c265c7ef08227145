"""Each kind of failure on a case that has exactly it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.quality.failures import (
    BEYOND,
    CONFIDENT_WRONG,
    DUPLICATE,
    KINDS,
    NEGATION,
    NO_OVERLAP,
    TRUNCATED,
    find_failures,
    near_duplicate,
    negates,
    overlaps,
)
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import Document, Qrel
from tests.engine.quality.test_evaluation import judged
from tests.tiny import TinyStore, ranking

CE = PipelineSpec(Settings(12, "bm25"), "ce")
IDS = [f"d{i:02}" for i in range(14)]
LONG = "the ball python is a snake that is kept by many people at home in a warm glass box"


def shares(query: str, document: Document) -> bool:
    return not set(query.lower().split()).isdisjoint(document.content.lower().split())


def case(
    query: str = "snake",
    logits: dict[str, float] | None = None,
    cuts: dict[str, int] | None = None,
    texts: dict[str, str] | None = None,
    qrels: Sequence[Qrel] = (),
    spec: PipelineSpec = CE,
    **more: float,
) -> dict[str, list[tuple[str, int | None]]]:
    """(doc_id, rank) of every failure by kind: d00 to d11 are candidates, in this order."""
    pairs = {
        d: PairScore((logits or {}).get(d, -float(i) - 1), 0.1, (cuts or {}).get(d, 0))
        for i, d in enumerate(IDS[:12])
    }
    lists = {s: ranking(s, *IDS[:12]) for s in ("bm25", "bi-encoder")}
    seconds = dict.fromkeys(lists, 0.1)
    query_scores = CandidateScores(
        "q", query, lists, seconds, dict.fromkeys(pairs, 1.0), {"ce": pairs}
    )
    store = TinyStore([Document(d, (texts or {}).get(d, f"snake {d}")) for d in IDS])
    found = find_failures(spec, [query_scores], qrels, store, shares, **more)
    return {kind: [(f.doc_id, f.rank) for f in rows] for kind, rows in found.items() if rows}


def test_a_relevant_document_that_is_no_candidate_is_lost_beyond_the_depth() -> None:
    assert case(qrels=judged("q", d13=2, d00=1)) == {BEYOND: [("d13", None)]}


def test_a_long_relevant_candidate_that_missed_the_top_is_truncated() -> None:
    found = case(qrels=judged("q", d11=1, d10=1, d02=1), cuts={"d11": 40, "d02": 3})
    assert found == {TRUNCATED: [("d11", 12)]}


def test_a_relevant_document_without_a_common_word_has_no_overlap() -> None:
    found = case(qrels=judged("q", d11=1, d00=1), texts={"d11": "a serpent", "d00": "a serpent"})
    assert found == {NO_OVERLAP: [("d11", 12)]}


def test_a_near_duplicate_above_a_relevant_document_is_found() -> None:
    texts = {"d01": LONG + " now", "d04": LONG, "d00": LONG + " then"}
    assert case(qrels=judged("q", d04=2, d00=1), texts=texts) == {DUPLICATE: [("d04", 5)]}
    assert case(qrels=judged("q", d04=2, d00=1, d01=1), texts=texts) == {}


def test_a_negating_query_with_a_wrong_document_above_a_relevant_one() -> None:
    qrels = judged("q", d00=0, d03=1, d05=0)
    assert case("snakes that are not pets", qrels=qrels) == {NEGATION: [("d00", 1)]}
    assert case("snakes that are pets", qrels=qrels) == {}
    assert case("not pets", qrels=judged("q", d00=1, d03=0)) == {}


def test_a_confident_mistake_has_a_high_logit_and_a_judgment_of_zero() -> None:
    logits = {"d00": 7.0, "d01": 3.0, "d02": 2.0}
    qrels = judged("q", d00=0, d01=0, d03=1)
    assert case(logits=logits, qrels=qrels) == {CONFIDENT_WRONG: [("d00", 1), ("d01", 2)]}
    assert case(logits=logits, qrels=qrels, confident=5.0) == {CONFIDENT_WRONG: [("d00", 1)]}


def test_kinds_that_need_a_reranker_do_not_apply_to_a_first_stage_alone() -> None:
    lists = {s: ranking(s, *IDS) for s in ("bm25", "bi-encoder")}
    query_scores = CandidateScores("q", "snake", lists, {})
    store = TinyStore([Document(d, "snake") for d in IDS])
    found = find_failures(
        PipelineSpec(Settings(5, "bm25")), [query_scores], judged("q", d00=1), store, shares
    )
    assert set(found) == {kind.key for kind in KINDS if not kind.reranked}
    assert len(KINDS) == 6


def test_the_gravest_come_first_and_unjudged_queries_are_left_out() -> None:
    assert case(qrels=judged("q", d12=1, d13=3))[BEYOND] == [("d13", None), ("d12", None)]
    assert case(qrels=judged("q", d12=0)) == {}
    assert case(qrels=judged("q", nowhere=3)) == {}


@pytest.mark.parametrize(
    "text", ["snakes that don't bite", "NOT a snake", "won’t eat", "without legs"]
)
def test_negating_words_are_seen(text: str) -> None:
    assert negates(text)


@pytest.mark.parametrize("text", ["a knot", "nothingness", "note", "what is antarctica"])
def test_words_that_only_look_negating_are_not(text: str) -> None:
    assert not negates(text)


def test_near_duplicates_share_four_fifths_of_their_runs_of_three_words() -> None:
    assert near_duplicate(LONG, LONG.upper() + "!")
    assert not near_duplicate(LONG, "the ball python is a snake that lives in trees and on rocks")
    assert not near_duplicate("", "")


def test_near_duplicates_of_a_script_without_blanks_are_compared_by_characters() -> None:
    text = "北京大学的学生在山上看中国文学和历史书"
    assert near_duplicate(text, text + "了")
    assert not near_duplicate(text, text[::-1])


def test_overlap_is_with_any_relevant_document() -> None:
    store = TinyStore([Document("a", "big snake"), Document("b", "cat")])
    queries = {"q1": "snake", "q2": "snake", "q3": "dog"}
    qrels = [*judged("q1", a=1, b=1), *judged("q2", b=1), *judged("q3", gone=1)]
    assert overlaps(queries, qrels, store, shares) == {"q1": True, "q2": False}
