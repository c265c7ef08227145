"""Signals by hand, and queries in which the reranker changed nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.quality.candidate_scores import CandidateScores, PairScore, first_ranking
from engine.quality.gate.gated_queries import both_runs, unchanged
from engine.quality.gate.report import gate_report
from engine.quality.gate.sentence import gate_sentence, unchanged_sentence
from engine.quality.gate.signals import sureness
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CrossExamError, Qrel, Ranking
from engine.types.quality.gate import AGREEMENT, LONG, MARGIN, SHORT, Unchanged
from tests.engine.quality.gate.drawn_sets import SPEC, drawn_set
from tests.tiny import ranking


def scored(stage: str, **scores: float) -> Ranking:
    listed = ranking(stage, *scores)
    hits = (replace(hit, score=scores[hit.doc_id]) for hit in listed.hits)
    return replace(listed, hits=tuple(hits))


def query_scores(**lists: Ranking) -> CandidateScores:
    return CandidateScores(
        "q", "three words here", {r.stage: r for r in lists.values()}, {BM25: 1.0, BI_ENCODER: 2.0}
    )


def test_signals_by_hand() -> None:
    one = query_scores(
        lexical=scored(BM25, a=8.0, b=6.0, c=1.0), dense=scored(BI_ENCODER, a=0.75, c=0.5, b=0.25)
    )
    bm25, bi = (
        sureness(PipelineSpec(Settings(5, stage), "table"), one) for stage in (BM25, BI_ENCODER)
    )
    assert bm25[MARGIN.name] == (8 - 6) / 8
    assert bi[MARGIN.name] == 0.25
    assert (bm25[LONG.name], bm25[SHORT.name]) == (-3, 3)
    # RBO of two lists of three that share 1, 1 and 3 documents in their first 1, 2 and 3
    p = 0.9
    rbo = (1 - p) / p * (p + p**2 / 2 + p**3) + p**3
    assert bm25[AGREEMENT.name] == pytest.approx(rbo)
    assert bi[AGREEMENT.name] == bm25[AGREEMENT.name]


def test_a_list_of_one_leaves_nothing_to_reorder_and_is_reranked_last() -> None:
    one = query_scores(lexical=scored(BM25, a=8.0), dense=scored(BI_ENCODER, a=0.75, c=0.5))
    assert set(sureness(SPEC, one).values()) == {math.inf}


def identity(gathered: tuple[CandidateScores, ...]) -> tuple[CandidateScores, ...]:
    """The same lists, reranked into the order that they had."""
    return tuple(
        replace(
            each,
            pairs={
                "table": {
                    doc_id: PairScore(-float(place), 0.01)
                    for place, doc_id in enumerate(first_ranking(SPEC, each).ids())
                }
            },
        )
        for each in gathered
    )


def test_a_reranker_that_changes_nothing_is_seen_for_what_it_is() -> None:
    gathered, qrels = drawn_set(4, 21)
    report = gate_report(SPEC, identity(gathered), qrels)
    singles = sum(len(each.lists[BM25].hits) < 2 for each in gathered)
    assert report.unchanged.same_order == report.unchanged.same_set == 21
    assert report.unchanged.single == singles > 0
    assert unchanged_sentence(report.unchanged).startswith("The reranker changed nothing: the fir")
    assert "for all 21 queries" in unchanged_sentence(report.unchanged)
    assert gate_sentence(report, MARGIN.name).startswith("Reranking every query changes nDCG@10 by")
    assert not any(one.beats_random for one in report.advantages)


def test_unchanged_queries_are_counted_in_order_and_as_a_set() -> None:
    gathered, _ = drawn_set(6, 30)
    first, reranked = both_runs(SPEC, gathered, length=0)
    counts = unchanged((first, reranked))
    order = same = 0
    for query_id, listed in first.rankings.items():
        before, after = listed.ids(10), reranked.rankings[query_id].ids(10)
        order += before == after
        same += sorted(before) == sorted(after)
    assert (counts.same_order, counts.same_set) == (order, same)
    assert 0 < order < same < 30
    assert f"for {order} of 30 queries" in unchanged_sentence(counts)
    assert f"for {same - order} more it only reordered" in unchanged_sentence(counts)
    reordered = unchanged_sentence(Unchanged(5, 0, 3, 0, {}))
    assert "for all 5 queries, for 3 of them only the order of the same" in reordered
    none = Unchanged(5, 0, 0, 0, {})
    assert unchanged_sentence(none).endswith("for all 5 queries.")


def test_a_pipeline_without_a_reranker_has_nothing_to_gate() -> None:
    gathered, qrels = drawn_set(4, 21)
    with pytest.raises(CrossExamError, match="BM25 has no reranker to gate"):
        gate_report(PipelineSpec(Settings(5, BM25)), gathered, qrels)
    with pytest.raises(CrossExamError, match="relevant judgment"):
        gate_report(SPEC, gathered, [Qrel("q1", "d1", 0)])
