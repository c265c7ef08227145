"""Where is a document: kept, or lost beyond the depth, or without a shared term."""

from __future__ import annotations

import pytest

from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, RankLookup, StageRank
from tests.tiny import QUERY, TableReranker, Tiny, tiny_searcher

# BM25 ranks d00 d01 d02 ..., the bi-encoder the other way; the logits 0, 1, 2 ... 59
SIXTY = [
    *(Tiny(f"d{i:02}", snakes=100 - i, angle=1.0 - i / 100, logit=float(i)) for i in range(60)),
    Tiny("mute", snakes=0, angle=1.5, logit=2.5),
]


def found(doc_id: str, settings: Settings) -> tuple[RankLookup, TableReranker]:
    searcher, reranker = tiny_searcher(SIXTY, batch=100)
    trace = searcher.pipeline(settings).run(QUERY)
    reranker.scored.clear()
    return searcher.where(searcher.store.get([doc_id])[0], trace, settings), reranker


def place(rank_lookup: RankLookup, stage: str) -> StageRank:
    return next(p for p in rank_lookup.places if p.stage == stage)


def test_a_kept_document_has_its_listed_place_in_every_stage() -> None:
    answer, reranker = found("d03", Settings(depth=5, first_stage=BM25))
    assert [p.stage for p in answer.places] == [BM25, BI_ENCODER, HYBRID, CROSS_ENCODER, BLEND]
    assert place(answer, BM25) == StageRank(BM25, 4, 97.0, True, 61)
    # logits of the candidates d00 to d04 are 0 to 4: d03 is second
    assert place(answer, CROSS_ENCODER) == StageRank(CROSS_ENCODER, 2, 3.0, True, 5)
    assert answer.lost_at is None
    assert answer.sentence == (
        "Kept: BM25 had it at rank 4, the cross-encoder puts it at rank 2 of 5 (up 2)."
    )
    assert reranker.scored == []


@pytest.mark.parametrize(("doc_id", "move"), [("d00", "down 4"), ("d02", "no place moved")])
def test_a_kept_document_may_fall_or_stay(doc_id: str, move: str) -> None:
    answer, _ = found(doc_id, Settings(depth=5, first_stage=BM25))
    assert answer.sentence.endswith(f"({move}).")


def test_a_document_beyond_the_depth_is_scored_to_tell_where_it_would_be() -> None:
    answer, reranker = found("d40", Settings(depth=5, first_stage=BM25))
    assert place(answer, BM25) == StageRank(BM25, 41, 60.0, True, 61)
    assert place(answer, CROSS_ENCODER) == StageRank(CROSS_ENCODER, 1, 40.0, False, 6)
    assert place(answer, BLEND) == StageRank(BLEND, None, None, False, 5)
    assert answer.lost_at == BM25
    assert answer.sentence == (
        "Lost in the first stage: BM25 has it at rank 41, beyond the depth of 5. Had it been "
        "scored, the cross-encoder would put it at rank 1 of 6."
    )
    assert reranker.scored == ["d40"]


def test_a_document_beyond_the_pool_is_placed_in_the_whole_ranking() -> None:
    answer, _ = found("d58", Settings(depth=5, first_stage=BM25))
    assert place(answer, BM25) == StageRank(BM25, 59, 42.0, False, 61)
    assert place(answer, BI_ENCODER).rank == 2
    assert place(answer, BI_ENCODER).listed


def test_a_document_without_a_shared_term_is_at_no_depth_of_bm25() -> None:
    answer, _ = found("mute", Settings(depth=5, first_stage=BM25))
    assert place(answer, BM25) == StageRank(BM25, None, None, False, 61)
    assert place(answer, BI_ENCODER).rank == 61
    assert not place(answer, BI_ENCODER).listed
    assert answer.lost_at == BM25
    # candidates have logits 0 to 4, it has 2.5
    assert answer.sentence == (
        "Lost in the first stage: it shares no term with the query, so BM25 does not list it at "
        "any depth. The cross-encoder would put it at rank 3."
    )


def test_the_sentence_is_about_the_chosen_first_stage() -> None:
    answer, _ = found("d40", Settings(depth=5, first_stage=BI_ENCODER))
    assert answer.sentence.startswith("Lost in the first stage: the bi-encoder has it at rank 20,")
    assert answer.lost_at == BI_ENCODER


def test_would_be_ties_are_broken_as_in_every_ranking() -> None:
    tinies = [Tiny(f"d{i}", snakes=9 - i, logit=1.0) for i in range(6)]
    searcher, _ = tiny_searcher(tinies)
    settings = Settings(depth=5, first_stage=BM25)
    trace = searcher.pipeline(settings).run(QUERY)
    answer = searcher.where(searcher.store.get(["d5"])[0], trace, settings)
    assert place(answer, CROSS_ENCODER).rank == 6


def test_a_document_that_the_hybrid_does_not_list_is_placed_below_its_list() -> None:
    """`mid` is 51st of both first stages, so neither hands it to the fusion; fused over the
    whole lists it would have 2/111, more than the first of one list alone, and rank high."""
    lexical = [Tiny(f"a{i:02}", snakes=200 - i, angle=1.5) for i in range(50)]
    dense = [Tiny(f"b{i:02}", snakes=0, angle=i / 100) for i in range(50)]
    searcher, _ = tiny_searcher([*lexical, *dense, Tiny("mid", snakes=100, angle=1.0)])
    settings = Settings(depth=50, first_stage=HYBRID)
    trace = searcher.pipeline(settings).run(QUERY)
    assert trace.ranking(HYBRID) is not None
    answer = searcher.where(searcher.store.get(["mid"])[0], trace, settings)
    assert not place(answer, HYBRID).listed
    rank = place(answer, HYBRID).rank
    assert rank is None or rank > 50, answer.sentence


def test_only_the_stages_of_the_trace_are_answered_for() -> None:
    searcher, reranker = tiny_searcher(SIXTY)
    settings = Settings(first_stage=BM25)
    trace = searcher.pipeline(settings, [BM25]).run(QUERY)
    answer = searcher.where(searcher.store.get(["d01"])[0], trace, settings)
    assert [p.stage for p in answer.places] == [BM25]
    assert (answer.lost_at, answer.sentence, reranker.scored) == (None, "", [])
