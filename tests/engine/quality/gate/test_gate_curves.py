"""The curves: exact ends, no gate above the oracle, the random gate and ties as exact means."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, permutations

import pytest

from engine.quality.candidate_scores import run_of
from engine.quality.evaluation import evaluate
from engine.quality.gate.curves import (
    oracle_by_pairs,
    oracle_curve,
    random_curve,
    signal_curve,
)
from engine.quality.gate.report import gate_report
from engine.quality.pipeline_figures import pipeline_figures
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import BM25
from engine.types.quality.gate import GATE_SIGNALS, MARGIN, GateQuery
from tests.engine.quality.gate.drawn_sets import DEPTH, SPEC, drawn_queries, drawn_set

SEEDS = range(12)


def mean(queries: Sequence[GateQuery], reranked: Sequence[GateQuery]) -> float:
    chosen = {query.query_id for query in reranked}
    return math.fsum(q.reranked if q.query_id in chosen else q.first for q in queries) / len(
        queries
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ends_are_both_pipelines_figures_to_the_last_bit(seed: int) -> None:
    gathered, qrels = drawn_set(seed, 23)
    report = gate_report(SPEC, gathered, qrels)
    alone = PipelineSpec(Settings(DEPTH, BM25))
    specs = {spec.name: spec for spec in (alone, SPEC)}
    runs = {name: run_of(spec, gathered) for name, spec in specs.items()}
    figures = pipeline_figures(specs, gathered, runs, qrels, recall_at=10)
    first, full = (figures[spec.name].evaluation.mean["nDCG@10"] for spec in (alone, SPEC))
    assert first != full
    for curve in (*report.signals, report.random, report.oracle, report.oracle_pairs):
        assert (curve.points[0].value, curve.points[-1].value) == (first, full)
        assert (curve.points[0].share, curve.points[-1].share) == (0.0, 1.0)
        assert (curve.points[0].pairs_share, curve.points[-1].pairs_share) == (0.0, 1.0)
    assert (report.first_name, report.reranked_name) == (alone.name, SPEC.name)


def test_beside_deeper_pipelines_the_ends_are_still_those_of_quality() -> None:
    gathered, qrels = drawn_set(3, 23)
    deep = PipelineSpec(Settings(20, BM25))
    shallow = replace(SPEC, settings=Settings(5, BM25))
    report = gate_report(shallow, gathered, qrels, length=20)
    for spec, value in ((deep, report.first), (shallow, report.full)):
        run = run_of(spec, gathered, length=20)
        figure = evaluate(run, qrels, depth=10, query_ids=run.rankings).mean["nDCG@10"]
        assert value == figure


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [1, 2, 9, 60])
def test_no_gate_is_above_the_oracle_at_any_share(seed: int, n: int) -> None:
    queries = drawn_queries(seed, n)
    oracle, by_pairs = oracle_curve(queries), oracle_by_pairs(queries)
    draw = random.Random(seed)
    for curve in (*(signal_curve(queries, s.name) for s in GATE_SIGNALS), random_curve(queries)):
        for best, point in zip(oracle.points, curve.points, strict=True):
            assert best.share == point.share
            assert best.value >= point.value
        for point in curve.points:
            assert by_pairs.at_pairs(point.pairs_share).value >= point.value - 1e-12
        for share in (draw.random() for _ in range(20)):
            assert oracle.at(share).value >= curve.at(share).value - 1e-12
            assert by_pairs.at_pairs(share).value >= curve.at_pairs(share).value - 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_is_the_best_of_all_subsets(seed: int) -> None:
    queries = drawn_queries(seed, 8)
    oracle, by_pairs = oracle_curve(queries), oracle_by_pairs(queries)
    all_pairs = sum(query.pairs for query in queries)
    for k, point in enumerate(oracle.points):
        subsets = list(combinations(queries, k))
        assert point.value == pytest.approx(max(mean(queries, s) for s in subsets), abs=1e-12)
        for subset in subsets:
            share = sum(query.pairs for query in subset) / all_pairs
            assert by_pairs.at_pairs(share).value >= mean(queries, subset) - 1e-12


def test_the_random_gate_is_the_mean_of_simulated_ones_and_a_straight_line() -> None:
    queries = drawn_queries(5, 40)
    curve = random_curve(queries)
    draw = random.Random(8)
    for k in (4, 20, 33):
        simulated = [mean(queries, draw.sample(queries, k)) for _ in range(4_000)]
        spread = (max(simulated) - min(simulated)) / math.sqrt(len(simulated))
        assert curve.points[k].value == pytest.approx(sum(simulated) / 4_000, abs=spread)
    every = [
        [mean(queries[:6], order[:k]) for k in range(7)] for order in permutations(queries[:6])
    ]
    for k, point in enumerate(random_curve(queries[:6]).points):
        assert point.value == pytest.approx(sum(row[k] for row in every) / len(every), abs=1e-12)
    first, full = curve.points[0].value, curve.points[-1].value
    for point in curve.points:
        assert point.value == pytest.approx(first + point.share * (full - first), abs=1e-12)


def test_equally_sure_queries_stand_for_the_mean_over_their_orders() -> None:
    queries = drawn_queries(3, 6, levels=2)
    sureness = [query.sureness[MARGIN.name] for query in queries]
    assert len(set(sureness)) == 2
    orders = [
        order
        for order in permutations(queries)
        if [q.sureness[MARGIN.name] for q in order] == sorted(sureness)
    ]
    all_pairs = sum(query.pairs for query in queries)
    for k, point in enumerate(signal_curve(queries, MARGIN.name).points):
        values = [mean(queries, order[:k]) for order in orders]
        pairs = [sum(q.pairs for q in order[:k]) / all_pairs for order in orders]
        seconds = [
            (sum(q.seconds for q in queries) + sum(q.rerank_seconds for q in order[:k])) / 6
            for order in orders
        ]
        assert point.value == pytest.approx(sum(values) / len(orders), abs=1e-12)
        assert point.pairs_share == pytest.approx(sum(pairs) / len(orders), abs=1e-12)
        assert point.seconds == pytest.approx(sum(seconds) / len(orders), abs=1e-12)


def test_the_agreement_costs_the_retriever_that_is_not_asked_otherwise() -> None:
    gathered, qrels = drawn_set(1, 20)
    report = gate_report(SPEC, gathered, qrels)
    margin, agreement = report.signals[:2]
    for one, other in zip(margin.points[::19], agreement.points[::19], strict=True):
        assert other.seconds - one.seconds == pytest.approx(0.02)
