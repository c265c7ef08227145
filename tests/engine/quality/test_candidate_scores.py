"""Pipelines worked out from shared scores are those that run by themselves."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.quality.candidate_scores import (
    candidates_of,
    final_ranking,
    first_ranking,
    run_of,
    scored_pairs,
    seconds_of,
)
from engine.quality.candidate_scores_json import candidate_score_values, candidate_scores_from
from engine.quality.evaluation import evaluate
from engine.quality.pipelines import PipelineSpec, grid, list_length, spec_from
from engine.quality.runner import READING, SEARCHING, gather
from engine.search.settings import Settings
from engine.types import Cancelled, CrossExamError, Qrel, Query
from tests.tiny import Clock, Tiny, tiny_searcher

MANY = [
    Tiny(
        f"d{i:02}", snakes=i * 13 % 70, angle=(i * 29 % 80) / 60, logit=float(i * 7 % 41), cut=i % 3
    )
    for i in range(80)
]
QUERIES = [Query("q1", "snake"), Query("q2", "snake snake"), Query("q3", "cat")]
SPECS = grid(("bm25", "bi-encoder", "hybrid"), ["table"], (5, 20, 60), blend_weights=(0.8, 0.3))


@pytest.mark.parametrize("fusion", [("rrf", 60, 0.5), ("rrf", 3, 0.5), ("weighted", 60, 0.25)])
def test_every_pipeline_lists_what_it_would_list_alone(fusion: tuple[str, int, float]) -> None:
    searcher, reranker = tiny_searcher(MANY)
    name, k, weight = fusion
    specs = grid(
        ("bm25", "bi-encoder", "hybrid"), ["table"], (5, 20, 60), blend_weights=(0.8, 0.3),
        settings=Settings(fusion=name, rrf_k=k, hybrid_weight=weight),
    )  # fmt: skip
    gathered = gather(searcher, {"table": reranker}, QUERIES, specs)
    assert [found.query_id for found in gathered] == ["q1", "q2", "q3"]
    for spec in specs:
        pipeline = searcher.pipeline(spec.settings, [spec.stage])
        for found in gathered:
            alone = pipeline.run(found.text).ranking(spec.stage)
            assert alone is not None
            assert final_ranking(spec, found).hits == alone.hits[: spec.depth], spec.name


def test_each_pair_is_scored_once_however_many_pipelines_need_it() -> None:
    searcher, reranker = tiny_searcher(MANY)
    gathered = gather(searcher, {"table": reranker}, QUERIES[:1], SPECS)
    needed = {d for spec in SPECS if spec.reranker for d in first_ranking(spec, gathered[0]).ids()}
    assert len(reranker.scored) == len(set(reranker.scored)) == len(needed)
    assert set(gathered[0].pairs["table"]) == needed


def test_pairs_of_an_earlier_run_are_taken_over() -> None:
    searcher, reranker = tiny_searcher(MANY)
    shallow = [PipelineSpec(Settings(10, "bm25"), "table")]
    earlier = gather(searcher, {"table": reranker}, QUERIES[:2], shallow)
    reranker.scored.clear()
    deep = [PipelineSpec(Settings(30, "bm25"), "table")]
    later = gather(
        searcher, {"table": reranker}, QUERIES[:2], deep, scored_pairs=scored_pairs(earlier)
    )
    assert len(reranker.scored) == 2 * 20
    fresh = gather(searcher, {"table": reranker}, QUERIES[:2], deep)
    assert [final_ranking(deep[0], e) for e in later] == [final_ranking(deep[0], e) for e in fresh]


def test_a_query_costs_its_first_stage_and_its_own_pairs() -> None:
    clock = Clock()
    searcher, reranker = tiny_searcher(MANY, clock=clock)
    spec = PipelineSpec(Settings(5, "bm25"), "table")
    (found,) = gather(searcher, {"table": reranker}, QUERIES[:1], [spec])
    # batches of two take 1 second, the first 1/8 more for its tokens: 5 pairs in 3 batches
    assert sum(p.seconds for p in found.pairs["table"].values()) == pytest.approx(3 + 1 / 8)
    assert seconds_of(spec, found) == pytest.approx(found.seconds["bm25"] + 3 + 1 / 8)
    both = found.seconds["bm25"] + found.seconds["bi-encoder"]
    assert seconds_of(PipelineSpec(Settings(5, "hybrid")), found) == pytest.approx(both)
    assert run_of(spec, [found]).timings["q1"][0].seconds == seconds_of(spec, found)


def test_a_mixture_with_bm25_costs_bm25_once_whatever_the_first_stage() -> None:
    searcher, reranker = tiny_searcher(MANY, clock=Clock())
    for first_stage in ("bm25", "bi-encoder", "hybrid"):
        plain = PipelineSpec(Settings(5, first_stage), "table")
        mixed = replace(plain, blended=True)
        (found,) = gather(searcher, {"table": reranker}, QUERIES[:1], [plain, mixed])
        more = found.seconds["bm25"] if first_stage == "bi-encoder" else 0.0
        assert seconds_of(mixed, found) == pytest.approx(seconds_of(plain, found) + more)
        assert found.seconds["bm25"] > 0


def test_a_pair_that_was_never_scored_is_an_error_and_not_a_guess() -> None:
    searcher, reranker = tiny_searcher(MANY)
    gathered = gather(
        searcher, {"table": reranker}, QUERIES[:1], [PipelineSpec(Settings(5, "bm25"), "table")]
    )
    with pytest.raises(CrossExamError, match="5 of the 10 candidates of query 'q1'"):
        final_ranking(PipelineSpec(Settings(10, "bm25"), "table"), gathered[0])


def test_progress_counts_queries_and_then_pairs() -> None:
    searcher, reranker = tiny_searcher(MANY)
    told: list[tuple[str, int, int]] = []
    gather(
        searcher, {"table": reranker}, QUERIES, [PipelineSpec(Settings(6, "bm25"), "table")],
        on_progress=lambda *step: told.append(step),
    )  # fmt: skip
    assert [step for step in told if step[0] == SEARCHING] == [(SEARCHING, i, 3) for i in range(3)]
    read = [done for what, done, total in told if what == READING and total == 12]
    assert read == sorted(read)
    assert read[-1] == 12


def test_a_cancelled_run_keeps_the_queries_that_were_finished() -> None:
    searcher, reranker = tiny_searcher(MANY)
    specs = [PipelineSpec(Settings(6, "bm25"), "table")]
    gathered = gather(
        searcher, {"table": reranker}, QUERIES, specs, cancel=lambda: len(reranker.scored) > 6
    )
    assert [found.query_id for found in gathered] == ["q1"]
    with pytest.raises(Cancelled):
        gather(searcher, {"table": reranker}, QUERIES, specs, cancel=lambda: True)


def test_nothing_to_run_is_an_error() -> None:
    searcher, reranker = tiny_searcher(MANY)
    with pytest.raises(CrossExamError, match="'tiny' has no queries"):
        gather(searcher, {}, [], SPECS)
    with pytest.raises(CrossExamError, match="no pipeline is chosen"):
        gather(searcher, {"table": reranker}, QUERIES, [])


def test_candidate_scores_survive_json_unchanged() -> None:
    searcher, reranker = tiny_searcher(MANY)
    gathered = gather(searcher, {"table": reranker}, QUERIES, SPECS)
    assert (
        candidate_scores_from(json.loads(json.dumps(candidate_score_values(gathered)))) == gathered
    )


def test_candidates_are_the_first_stages_list() -> None:
    searcher, reranker = tiny_searcher(MANY)
    spec = PipelineSpec(Settings(5, "bm25"), "table")
    gathered = gather(searcher, {"table": reranker}, QUERIES[:1], [spec])
    assert (
        candidates_of(spec, gathered)["q1"].ids() == searcher.lexical.retrieve("snake", 5)[0].ids()
    )


def test_a_grid_has_each_first_stage_alone_and_each_depth_once() -> None:
    specs = grid(("bm25", "hybrid"), ["org/ms-marco-MiniLM-L-12-v2"], (50, 20, 50))
    assert [spec.name for spec in specs] == [
        "BM25",
        "BM25 20 → L-12-v2",
        "BM25 50 → L-12-v2",
        "Hybrid (RRF 60)",
        "Hybrid (RRF 60) 20 → L-12-v2",
        "Hybrid (RRF 60) 50 → L-12-v2",
    ]
    assert specs[0].depth == 50
    mixed = PipelineSpec(Settings(50, "bm25", blend_weight=0.8), "org/x", blended=True)
    assert (mixed.name, mixed.run_name) == (
        "BM25 50 → 80% x + 20% BM25",
        "bm25-50-to-80pct-x-and-20pct-bm25",
    )
    assert spec_from(mixed.values()) == mixed


def test_a_blend_without_a_reranker_is_refused() -> None:
    with pytest.raises(CrossExamError, match="no reranker is given"):
        PipelineSpec(Settings(50, "bm25", blend_weight=0.8), "", blended=True)


def test_passages_are_folded_to_the_documents_that_are_judged() -> None:
    searcher, reranker = tiny_searcher(MANY)
    spec = PipelineSpec(Settings(6, "bm25"), "table")
    (found,) = gather(searcher, {"table": reranker}, QUERIES[:1], [spec])
    assert found.parents == {}
    listed = final_ranking(spec, found).ids()
    split = replace(found, parents={listed[0]: "book", listed[2]: "book", listed[3]: "leaf"})
    ranking = run_of(spec, [split]).rankings["q1"]
    assert ranking.ids() == ["book", listed[1], "leaf", listed[4], listed[5]]
    assert [hit.rank for hit in ranking.hits] == [1, 2, 3, 4, 5]
    assert set(candidates_of(spec, [split])["q1"].ids()) == set(ranking.ids())
    assert candidate_scores_from(candidate_score_values([split])) == (split,)


def test_behind_the_reranked_candidates_the_first_stages_list_goes_on() -> None:
    searcher, reranker = tiny_searcher(MANY)
    specs = [
        PipelineSpec(Settings(5, first), "table") for first in ("bm25", "bi-encoder", "hybrid")
    ]
    (found,) = gather(
        searcher, {"table": reranker}, QUERIES[:1], [*specs, PipelineSpec(Settings(60, "bm25"))]
    )
    for spec in specs:
        reranked = final_ranking(spec, found).ids()
        listed = final_ranking(spec, found, length=20)
        bare = final_ranking(
            replace(spec, reranker="", settings=replace(spec.settings, depth=20)), found
        ).ids()
        assert len(reranked) == 5
        assert listed.ids() == [*reranked, *(d for d in bare if d not in reranked)][:20]
        assert [hit.rank for hit in listed.hits] == list(range(1, 21))
        scores = [hit.score for hit in listed.hits]
        assert scores == sorted(scores, reverse=True)
        assert len(set(scores[4:])) == 16  # the tail ties with nothing
    assert len(final_ranking(specs[0], found, length=5).hits) == 5


def test_reranking_ten_of_twenty_never_loses_a_relevant_document_from_map_and_recall() -> None:
    """Lists of one length: what the reranker did not read stays where the first stage had it."""
    searcher, reranker = tiny_searcher(MANY)
    specs = [PipelineSpec(Settings(20, "bm25")), PipelineSpec(Settings(10, "bm25"), "table")]
    gathered = gather(searcher, {"table": reranker}, QUERIES[:1], specs)
    bare = final_ranking(specs[0], gathered[0]).ids()
    qrels = [Qrel("q1", bare[place], 1) for place in (2, 12, 18)]
    length = list_length(specs)
    before, after = (
        evaluate(run_of(spec, gathered, length=length), qrels, depth=20).mean for spec in specs
    )
    assert (before["Recall@20"], after["Recall@20"]) == (1.0, 1.0)
    order = final_ranking(specs[1], gathered[0]).ids()
    place = order.index(bare[2]) + 1
    # the two of the tail stand 13th and 19th in both lists
    assert before["MAP"] == pytest.approx((1 / 3 + 2 / 13 + 3 / 19) / 3)
    assert after["MAP"] == pytest.approx((1 / place + 2 / 13 + 3 / 19) / 3)


def test_a_tail_passage_never_takes_its_document_above_a_reranked_one() -> None:
    searcher, reranker = tiny_searcher(MANY)
    spec = PipelineSpec(Settings(5, "bm25"), "table")
    (found,) = gather(
        searcher, {"table": reranker}, QUERIES[:1], [spec, PipelineSpec(Settings(20, "bm25"))]
    )
    listed = final_ranking(spec, found, length=9).ids()
    parents = {listed[4]: "late", listed[5]: "late", listed[6]: "tail", listed[8]: "tail"}
    ranking = run_of(spec, [replace(found, parents=parents)], length=9).rankings["q1"]
    assert ranking.ids() == [*listed[:4], "late", "tail", listed[7]]
