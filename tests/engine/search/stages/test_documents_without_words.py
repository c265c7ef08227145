"""Documents without a word never stand above others in silence, whatever a reranker gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from engine.latency.depth import deep_pass
from engine.search.folding import fold
from engine.search.fusion import blend
from engine.search.ranking import rank
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import (
    few_words,
    has_word,
    shift_notice,
    wordless_in,
)
from engine.types import (
    BI_ENCODER,
    BLEND,
    CROSS_ENCODER,
    Cancel,
    CrossExamError,
    Document,
    Ranking,
    Reranker,
    ScoredBatch,
)
from engine.types.registries.search_parameters import BY_SCORE
from tests.tiny import QUERY, Tiny, TinyStore, tiny_searcher

LOGITS = {"": 8.2, ".": 7.5, "a snake": 3.0, "a cable": -4.0, "a rope": 1.0}
DOCUMENTS = [
    Document("empty", ""),
    Document("dot", "."),
    Document("snake", "a snake"),
    Document("cable", "a cable"),
    Document("rope", "a rope"),
]


class ByText(Reranker):
    """Gives a text its logit, and an empty one the highest, as real cross-encoders do."""

    name = "by text"
    backend = "openvino bf16"

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        n = len(documents)
        yield ScoredBatch(tuple(range(n)), tuple(LOGITS[t] for t in documents), (0,) * n, 0.01)


def searcher() -> Searcher:
    tinies = [Tiny(d.doc_id, angle=0.1 * at) for at, d in enumerate(DOCUMENTS, 1)]
    base, _ = tiny_searcher(tinies)
    return replace(
        base, store=TinyStore(DOCUMENTS), reranker=ByText(), find_reranker=lambda _: ByText()
    )


def ids(ranking: Ranking | None) -> list[str]:
    assert ranking is not None
    return ranking.ids()


@pytest.mark.parametrize("text", ["", " ", ".", "—…", "\n\t", "!?", "🐍"])
def test_a_text_without_letter_or_digit_has_no_word(text: str) -> None:
    assert not has_word(text)
    assert wordless_in([Document("d", text)]) == {"d"}


@pytest.mark.parametrize("text", ["a", "7", "é", "蛇", "ไทย", "x."])
def test_a_letter_or_a_digit_of_any_script_is_a_word(text: str) -> None:
    assert has_word(text)


def test_a_title_is_a_word_too() -> None:
    assert wordless_in([Document("d", "", "Insulin")]) == set()


@pytest.mark.parametrize("stage", [CROSS_ENCODER, "reranker:m/other"])
def test_every_reranker_ranks_documents_without_a_word_last(stage: str) -> None:
    trace = searcher().pipeline(Settings(rerankers=("m/other",))).run(QUERY)
    named = next(r for r in trace.rankings if r.stage == stage or r.stage.endswith("m/other"))
    ranking = trace.ranking(CROSS_ENCODER) if stage == CROSS_ENCODER else named
    assert ids(ranking) == ["snake", "rope", "cable", "empty", "dot"]
    assert ranking is not None
    assert [hit.score for hit in ranking.hits] == [3.0, 1.0, -4.0, 8.2, 7.5]  # the scores stay true


def test_the_blend_keeps_them_last() -> None:
    trace = searcher().pipeline(Settings()).run(QUERY)
    assert ids(trace.ranking(BLEND))[-2:] == ["empty", "dot"]


def test_it_is_said_and_the_first_stage_is_left_alone() -> None:
    trace = searcher().pipeline(Settings()).run(QUERY)
    assert any("2 candidates hold no word" in n and "last by rule" in n for n in trace.notices)
    assert ids(trace.ranking(BI_ENCODER)) == ["empty", "dot", "snake", "cable", "rope"]


def test_the_rule_can_be_switched_off_and_that_is_said_too() -> None:
    trace = searcher().pipeline(Settings(wordless=BY_SCORE)).run(QUERY)
    assert ids(trace.ranking(CROSS_ENCODER)) == ["empty", "dot", "snake", "rope", "cable"]
    assert any("ranked by score" in notice for notice in trace.notices)


def test_an_unknown_rule_is_refused_with_the_choices() -> None:
    with pytest.raises(CrossExamError, match="wordless is 'first': give one of last, score"):
        Settings(wordless="first")


@pytest.mark.parametrize(("rule", "first"), [("last", "snake"), ("score", "empty")])
def test_every_depth_of_a_deep_pass_obeys_the_rule(rule: str, first: str) -> None:
    deep = deep_pass(
        searcher(),
        QUERY,
        Settings(depth=5, wordless=rule),
        reranker=ByText(),
        on_progress=lambda *_: None,
        cancel=lambda: False,
    )
    assert deep is not None
    assert deep.ranking(4).ids()[0] == first
    assert sorted(deep.ranking(4).ids()) == ["cable", "dot", "empty", "snake"]


def test_where_a_document_would_stand_obeys_the_rule() -> None:
    searcher_ = searcher()
    for rule, expected in (("last", 5), ("score", 2)):
        settings = Settings(wordless=rule)
        trace = searcher_.pipeline(settings).run(QUERY)
        places = searcher_.where(DOCUMENTS[1], trace, settings).places
        assert {p.stage: p.rank for p in places}[CROSS_ENCODER] == expected


def test_a_passage_without_a_word_is_no_documents_best() -> None:
    passages = Ranking(
        CROSS_ENCODER,
        "m",
        rank([("a#1", 9.0), ("a#2", 1.0), ("b#1", 2.0)], last={"a#1"}),
        last=frozenset({"a#1"}),
    )
    folded = fold(passages, lambda doc_id: doc_id.partition("#")[0])
    assert [(hit.doc_id, hit.score) for hit in folded.hits] == [("b", 2.0), ("a", 1.0)]


def test_the_others_share_the_whole_scale_of_a_blend() -> None:
    """What is last by rule must not stretch the min-max scale of the others."""
    reranked = Ranking(
        CROSS_ENCODER,
        "m",
        rank([("empty", 100.0), ("b", 2.0), ("c", 0.0)], last={"empty"}),
        last=frozenset({"empty"}),
    )
    hits = blend(reranked, {"empty": 0.0, "b": 0.0, "c": 1.0}, weight=0.8)
    assert hits[0].score == pytest.approx(0.8)
    assert [hit.doc_id for hit in hits] == ["b", "c", "empty"]


@pytest.mark.parametrize(
    ("text", "few"), [("", True), ("insulin", True), ("two words", False), ("蛇是爬行动物", False)]
)
def test_one_word_or_none_is_counted_in_every_script(text: str, few: bool) -> None:
    assert few_words(text) is few


def test_what_bf16_does_to_such_texts_is_said_for_bf16_alone() -> None:
    assert shift_notice(2, "openvino fp32") == ()
    assert shift_notice(0, "openvino bf16") == ()
    assert "2 documents have one word or none" in shift_notice(2, "openvino bf16")[0]


def test_a_search_says_what_bf16_does_to_them() -> None:
    searcher_ = searcher()
    notices = searcher_.reading_notices(searcher_.pipeline(Settings()).run(QUERY))
    assert any("2 documents have one word or none" in n and "2.5 logits" in n for n in notices)
