"""Thresholds chosen without the queries they decide on, and intervals against the random gate."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.quality.fusion_tuning import SEED
from engine.quality.gate.advantage import advantages
from engine.quality.gate.curves import oracle_curve, random_curve, signal_curve
from engine.quality.gate.report import gate_report
from engine.quality.gate.sentence import gate_sentence
from engine.quality.gate.thresholds import chosen, cross_validated
from engine.types import CrossExamError
from engine.types.quality.gate import (
    AGREEMENT,
    ANY_SIGNAL,
    GATE_SIGNALS,
    MARGIN,
    GateQuery,
    GateReport,
)
from tests.engine.quality.gate.drawn_sets import SPEC, drawn_queries, drawn_set

NAMES = [signal.name for signal in GATE_SIGNALS]


def gated_mean(queries: Sequence[GateQuery], signal: str, threshold: float) -> float:
    return sum(q.reranked if q.sureness[signal] <= threshold else q.first for q in queries) / len(
        queries
    )


def by_hand(queries: Sequence[GateQuery], signal: str, keep: float | None) -> float:
    """The threshold by trying every one."""
    values = sorted({q.sureness[signal] for q in queries})
    tried = [-math.inf, *values[:-1], math.inf]
    means = [gated_mean(queries, signal, t) for t in tried]
    if keep is None:
        return tried[max(range(len(tried)), key=lambda i: (round(means[i], 12), -i))]
    wanted = means[0] + keep * max(means[-1] - means[0], 0)
    return next(t for t, value in zip(tried, means, strict=True) if value >= wanted - 1e-12)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("keep", [None, 0.8, 0.95])
def test_each_fold_s_threshold_is_the_one_found_by_trying_all_on_the_others(
    seed: int, keep: float | None
) -> None:
    queries = drawn_queries(seed, 31, levels=9)
    rows = cross_validated(queries, NAMES, keep, folds=5)
    order = list(range(31))
    random.Random(SEED).shuffle(order)
    parts = [order[start::5] for start in range(5)]
    for row, name in zip(rows, NAMES, strict=False):
        values, decided = [0.0] * 31, [False] * 31
        for part, fold in zip(parts, row.folds, strict=True):
            others = [q for i, q in enumerate(queries) if i not in part]
            assert fold.threshold == by_hand(others, name, keep)
            for i in part:
                decided[i] = queries[i].sureness[name] <= fold.threshold
                values[i] = queries[i].reranked if decided[i] else queries[i].first
        assert row.value == pytest.approx(sum(values) / 31, abs=1e-12)
        assert row.share == sum(decided) / 31
        share = row.share
        at_random = random_curve(queries).at(share).value
        assert row.random == pytest.approx(at_random, abs=1e-12)
        assert row.interval[0] <= row.value - row.random <= row.interval[1]


def test_a_query_plays_no_part_in_the_threshold_that_decides_on_it() -> None:
    queries = drawn_queries(3, 30, levels=9)
    (before,) = cross_validated(queries, [MARGIN.name], 0.9)[:1]
    order = list(range(30))
    random.Random(SEED).shuffle(order)
    part = order[0::5]
    changed = [
        replace(q, first=1.0, reranked=0.0) if i in part else q for i, q in enumerate(queries)
    ]
    (after,) = cross_validated(changed, [MARGIN.name], 0.9)[:1]
    assert after.folds[0].threshold == before.folds[0].threshold
    assert after.folds[0].value != before.folds[0].value
    assert [f.threshold for f in after.folds[1:]] != [f.threshold for f in before.folds[1:]]


def test_where_nothing_is_gained_nobody_is_reranked_and_the_best_is_sought_apart() -> None:
    queries = [replace(q, reranked=q.first / 2) for q in drawn_queries(1, 20)]
    assert chosen(queries, MARGIN.name, 0.9).threshold == -math.inf
    assert chosen(queries, MARGIN.name, None).share == 0.0
    (row, *_) = cross_validated(queries, NAMES, 0.9)
    assert (row.share, row.kept) == (0.0, None)
    with pytest.raises(CrossExamError, match="9 judged queries are too few"):
        cross_validated(queries[:9], NAMES, 0.9)


def test_the_folds_may_choose_the_signal_too() -> None:
    draw = random.Random(1)
    queries = []
    for query in drawn_queries(7, 60):
        gain = draw.choice([0.0, 0.4])
        sureness = {**query.sureness, AGREEMENT.name: -gain}
        queries.append(replace(query, first=0.2, reranked=0.2 + gain, sureness=sureness))
    row = cross_validated(queries, NAMES, 0.95)[-1]
    assert row.signal == ANY_SIGNAL
    assert {fold.signal for fold in row.folds} == {AGREEMENT.name}
    assert row.kept == 1.0
    assert row.share == sum(q.gain > 0 for q in queries) / 60
    assert row.interval[0] > 0


@pytest.mark.parametrize("seed", range(4))
def test_intervals_are_those_of_a_plain_bootstrap(seed: int) -> None:
    queries = drawn_queries(seed, 14, levels=3)
    share, n, resamples = 0.35, 14, 60
    found = advantages(queries, NAMES[:2], share, resamples=resamples, seed=9)
    rng = np.random.default_rng(9)
    drawn = rng.integers(0, n, (resamples, n))
    for one in found:
        area, at_share = figures(queries, one.signal, share)
        assert one.area == pytest.approx(area, abs=1e-12)
        assert one.at_share == pytest.approx(at_share, abs=1e-12)
        by_resample = [figures([queries[i] for i in row], one.signal, share) for row in drawn]
        tail = 100 * 0.05 / 2 / 2  # of two signals
        for column, interval in ((0, one.area_interval), (1, one.at_share_interval)):
            wanted = np.percentile([r[column] for r in by_resample], [tail, 100 - tail])
            assert interval == pytest.approx(tuple(wanted), abs=1e-12)


def figures(queries: Sequence[GateQuery], signal: str, share: float) -> tuple[float, float]:
    """(area between the curve and the random gate by the trapezoid rule, difference at a share)."""
    curve, straight = signal_curve(queries, signal), random_curve(queries)
    shares = [point.share for point in curve.points]
    above = [
        one.value - other.value for one, other in zip(curve.points, straight.points, strict=True)
    ]
    area = float(np.trapezoid(above, shares))
    return area, curve.at(share).value - straight.at(share).value


def test_a_signal_that_knows_beats_random_and_noise_does_not() -> None:
    draw = random.Random(3)
    queries = []
    for query in drawn_queries(3, 120, one_depth=True):
        reranked = min(1.0, query.first + draw.choice([0.0, 0.0, 0.3]))
        sureness = {name: draw.random() for name in NAMES}
        sureness[MARGIN.name] = query.first - reranked + draw.random() / 5
        queries.append(replace(query, reranked=reranked, sureness=sureness))
    margin, *noise = advantages(queries, NAMES, 0.4)
    assert margin.beats_random
    assert margin.at_share_interval[0] > 0
    assert not any(one.beats_random for one in noise)


def sentence_of(queries: Sequence[GateQuery], gain_interval: tuple[float, float]) -> str:
    gathered, qrels = drawn_set(4, 21)
    report = gate_report(SPEC, gathered, qrels)
    changed: GateReport = replace(
        report,
        queries=tuple(queries),
        signals=tuple(signal_curve(queries, name) for name in NAMES),
        random=random_curve(queries),
        oracle=oracle_curve(queries),
        gain_interval=gain_interval,
        advantages=advantages(queries, NAMES, report.share),
    )
    return gate_sentence(changed, MARGIN.name)


def test_the_sentence_says_what_is_kept_what_random_keeps_and_what_may_be_chance() -> None:
    queries = [
        replace(
            q, first=0.5, reranked=0.6 if i < 4 else 0.5, rerank_seconds=1.0,
            sureness={**q.sureness, MARGIN.name: float(i)},
        )
        for i, q in enumerate(drawn_queries(1, 10))
    ]  # fmt: skip
    words = sentence_of(queries, (-0.01, 0.05))
    assert "only the 40% least sure queries (smallest margin first) keeps 100% of the gain" in words
    assert "of +0.040 nDCG@10 and saves 600 ms of 1.0 s a query" in words
    assert "the random gate keeps 40%" in words
    assert "may itself be chance" in words
    losing = [replace(q, first=q.reranked, reranked=q.first) for q in queries]
    words = sentence_of(losing, (-0.05, -0.01))
    assert words.startswith("Reranking every query lowers nDCG@10 by 0.040, so there is no gain")
    assert "by \N{MINUS SIGN}0.040 and saves 600 ms" in words
    assert "a random 40% changes it by \N{MINUS SIGN}0.016" in words
