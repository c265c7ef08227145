"""A query set through the stages of a search."""

from __future__ import annotations

import pytest

from engine.quality.runner import READING, SEARCHING
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, CrossExamError, Query
from tests.tiny import Tiny, runs_by_stage, tiny_searcher

TWENTY = [Tiny(f"d{i:02}", snakes=i % 19, angle=i / 40, logit=float(i * 7 % 20)) for i in range(20)]
QUERIES = [Query("q1", "snake"), Query("q2", "snake snake"), Query("q3", "cat")]
STAGES = (BM25, CROSS_ENCODER)


def test_there_is_one_run_for_each_stage_asked_for_and_no_other() -> None:
    searcher, _ = tiny_searcher(TWENTY)
    runs = runs_by_stage(searcher, QUERIES, Settings(depth=5), STAGES)
    assert list(runs) == list(STAGES)
    assert [run.name for run in runs.values()] == list(STAGES)
    assert all(list(run.rankings) == ["q1", "q2", "q3"] for run in runs.values())


def test_runs_are_cut_to_the_depth_so_that_all_are_equally_deep() -> None:
    searcher, _ = tiny_searcher(TWENTY)
    runs = runs_by_stage(searcher, QUERIES, Settings(depth=5), (BM25, BI_ENCODER, CROSS_ENCODER))
    assert {stage: len(run.rankings["q1"].hits) for stage, run in runs.items()} == {
        BM25: 5,
        BI_ENCODER: 5,
        CROSS_ENCODER: 5,
    }


def test_every_pair_is_scored_once_and_a_query_without_a_hit_stays() -> None:
    searcher, reranker = tiny_searcher(TWENTY)
    runs = runs_by_stage(searcher, QUERIES, Settings(depth=5, first_stage=BM25), STAGES)
    assert len(reranker.scored) == 2 * 5
    assert runs[BM25].rankings["q3"].hits == ()
    assert runs[BM25].rankings["q1"].ids() == ["d18", "d17", "d16", "d15", "d14"]
    assert runs[BM25].rankings["q2"].hits[0].score == 36.0
    # logits i * 7 % 20 of d18 to d14: 6, 19, 12, 5, 18
    assert runs[CROSS_ENCODER].rankings["q1"].ids() == ["d17", "d14", "d16", "d18", "d15"]


def test_timings_are_kept_by_query() -> None:
    searcher, _ = tiny_searcher(TWENTY)
    run = runs_by_stage(searcher, QUERIES, Settings(), [BM25])[BM25]
    assert {q: [(t.stage, t.step) for t in steps] for q, steps in run.timings.items()} == {
        query.query_id: [(BM25, "query")] for query in QUERIES
    }


def test_progress_is_told_with_each_query_searched_and_each_pair_read() -> None:
    searcher, _ = tiny_searcher(TWENTY)
    told: list[tuple[str, int, int]] = []
    settings = Settings(depth=5, first_stage=BM25)
    runs_by_stage(searcher, QUERIES, settings, STAGES, on_progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == SEARCHING] == [(SEARCHING, n, 3) for n in range(3)]
    assert (told[0], told[-1]) == ((SEARCHING, 0, 3), (READING, 10, 10))


def test_a_cancelled_batch_holds_the_queries_that_were_finished() -> None:
    searcher, reranker = tiny_searcher(TWENTY)
    runs = runs_by_stage(
        searcher, QUERIES, Settings(depth=5), STAGES, cancel=lambda: len(reranker.scored) > 5
    )
    assert {stage: list(run.rankings) for stage, run in runs.items()} == {
        BM25: ["q1"],
        CROSS_ENCODER: ["q1"],
    }


def test_no_queries_are_an_error() -> None:
    searcher, _ = tiny_searcher(TWENTY)
    with pytest.raises(CrossExamError, match="'tiny' has no queries"):
        runs_by_stage(searcher, [], Settings(), STAGES)
