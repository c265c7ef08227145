"""Depth: shallower rankings from one deep pass, their seconds, their quality, the knee."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from engine.latency.depth import (
    JUDGED,
    UNJUDGED,
    DeepPass,
    DepthPoint,
    deep_pass,
    depth_curve,
    knee,
    spans,
)
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, CrossExamError
from tests.tiny import QUERY, Clock, Tiny, tiny_searcher

# BM25, the bi-encoder and the cross-encoder disagree thoroughly.
MANY = [
    Tiny(f"d{i:03}", snakes=(i * 37) % 101 % 90, angle=((i * 53) % 97) / 70, logit=(i * 29) % 83)
    for i in range(140)
]


def deep_over(
    tinies: list[Tiny], settings: Settings, most: int = 500, clock: Clock | None = None
) -> DeepPass:
    searcher, reranker = tiny_searcher(tinies, clock=clock)
    found = deep_pass(
        searcher,
        QUERY,
        settings,
        reranker=reranker,
        on_progress=lambda what, done, total: None,
        cancel=lambda: False,
        most_depth=most,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    "settings",
    [
        Settings(first_stage="bm25"),
        Settings(first_stage="bi-encoder"),
        Settings(first_stage="hybrid"),
        Settings(first_stage="hybrid", fusion="weighted", hybrid_weight=0.3),
    ],
)
def test_every_shallower_ranking_is_that_of_a_real_search_at_that_depth(settings: Settings) -> None:
    deep = deep_over(MANY, settings, most=120)
    searcher, _ = tiny_searcher(MANY)
    for depth in (5, 6, 20, 49, 50, 51, 63, 90, 119, 120):
        real = searcher.pipeline(replace(settings, depth=depth)).run(QUERY)
        assert deep.ranking(depth) == real.ranking(CROSS_ENCODER), depth


def test_each_candidate_is_scored_once_in_the_order_of_the_first_stage() -> None:
    searcher, reranker = tiny_searcher(MANY)
    told: list[tuple[str, int, int]] = []
    deep = deep_pass(
        searcher,
        QUERY,
        Settings(first_stage="bi-encoder"),
        reranker=reranker,
        on_progress=lambda *news: told.append(news),
        cancel=lambda: False,
        most_depth=30,
    )
    assert deep is not None
    assert deep.order == tuple(deep.lists[0].ids(30))
    assert len(reranker.scored) == 30
    assert [pairs for pairs, _ in deep.chunks] == [5, 5, 10, 10]
    assert told[-1] == ("reading pair 21 of 30", 20, 30)


def test_the_chunks_cover_every_pair_once() -> None:
    assert spans(7) == [(0, 5), (5, 7)]
    assert spans(500)[-1] == (450, 500)
    for n in (5, 10, 11, 472, 500, 633):
        assert [start for start, _ in spans(n)][1:] == [end for _, end in spans(n)][:-1]
        assert spans(n)[-1][1] == n


def test_the_time_to_a_depth_is_the_first_stage_and_the_chunks_until_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr("engine.latency.depth.time.perf_counter", clock)
    deep = deep_over([Tiny(f"d{i}", angle=i / 50) for i in range(20)], Settings(), clock=clock)
    # a batch of two takes 1 s, the first of a call 1/8 s more: 5 pairs 3.125 s, 10 pairs 5.125 s
    assert [seconds for _, seconds in deep.chunks] == [3.125, 3.125, 5.125]
    assert deep.seconds(5) == pytest.approx(deep.first_seconds + 3.125)
    assert deep.seconds(10) == pytest.approx(deep.first_seconds + 6.25)
    assert deep.seconds(15) == pytest.approx(deep.first_seconds + 6.25 + 5.125 / 2)
    assert deep.seconds(20) == pytest.approx(deep.first_seconds + sum(s for _, s in deep.chunks))
    assert deep.first_seconds == 0.5  # the encoder's
    assert deep.measured_depths == (5, 10, 20)


def test_a_fusion_has_its_time_measured_where_a_chunk_holds_just_its_candidates() -> None:
    deep = deep_over(MANY, Settings(first_stage="hybrid"), most=120)
    assert set(deep.measured_depths) >= {5, 10, 20, 30, 40, 50}, "one pool of 50 feeds them all"
    for depth in deep.measured_depths:
        assert deep.seconds(depth) == pytest.approx(
            deep.first_seconds + sum(deep.pair_seconds[doc] for doc in deep.order[:depth])
        )


def test_quality_is_ndcg_where_something_relevant_is_judged_else_overlap() -> None:
    tinies = [Tiny(f"d{i}", angle=i / 50, logit=i) for i in range(20)]
    deep = deep_over(tinies, Settings())
    curve = depth_curve(deep, {"d7": 1, "d0": 0})
    assert curve.measure == JUDGED
    assert [point.depth for point in curve.points] == list(range(5, 21))
    assert curve.at(7).quality == 0
    assert curve.at(8).quality == 1  # d7 has the highest logit of d0 … d7
    assert curve.at(10).quality == pytest.approx(1 / math.log2(4))  # third
    assert curve.at(20).quality == 0  # eleven below d19
    assert curve.best.depth == 8
    unjudged = depth_curve(deep, {"d0": 0})
    assert unjudged.measure == UNJUDGED
    assert unjudged.at(5).quality == 0
    assert unjudged.at(15).quality == 0.5  # d10 … d14 of d10 … d19
    assert unjudged.at(500) == unjudged.at(20)
    assert unjudged.at(20).quality == 1


def test_the_knee_is_farthest_above_the_chord() -> None:
    points = [
        DepthPoint(depth, seconds, quality)
        for depth, seconds, quality in (
            (5, 1.0, 0.2),
            (10, 2.0, 0.6),  # 1/2 of the rise after 1/8 of the time
            (20, 3.0, 0.5),  # worse, but the best so far stays
            (30, 5.0, 0.95),  # 15/16 after 1/2
            (40, 9.0, 1.0),
        )
    ]
    # above the chord: 0, 3/8, 1/4, 3/8 + 1/16, 0
    assert knee(points) == points[3]
    assert knee([points[0], replace(points[1], quality=0.7), *points[2:]]) == replace(
        points[1], quality=0.7
    )
    assert knee([replace(point, quality=0.5) for point in points]) is None
    convex = [DepthPoint(5, 0.0, 0.0), DepthPoint(6, 1.0, 0.1), DepthPoint(7, 2.0, 1.0)]
    assert knee(convex) is None


def test_a_query_with_too_few_candidates_says_how_many_there_are() -> None:
    tinies = [Tiny(f"d{i}", snakes=0) for i in range(3)]
    with pytest.raises(CrossExamError, match="found 3 candidates"):
        deep_over(tinies, Settings(first_stage="bi-encoder"))


def test_a_cancelled_pass_gives_nothing_and_reads_no_further() -> None:
    searcher, reranker = tiny_searcher(MANY)
    found = deep_pass(
        searcher,
        QUERY,
        Settings(),
        reranker=reranker,
        on_progress=lambda what, done, total: None,
        cancel=lambda: len(reranker.scored) >= 6,
    )
    assert found is None
    assert len(reranker.scored) in (6, 7)
