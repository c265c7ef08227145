"""AUROC is scikit-learn's; the risk-coverage area is that of a plain computation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from engine.quality.calibration.separation import (
    area_of,
    auroc,
    auroc_interval,
    risk_coverage,
    separation_of,
)
from engine.types import CrossExamError
from engine.types.calibration.separation import BestScore


def drawn(seed: int, decimals: int) -> tuple[list[float], list[float]]:
    draw = np.random.default_rng(seed)
    positive = np.round(draw.normal(1, 2, 40), decimals)
    negative = np.round(draw.normal(-1, 2, 25), decimals)
    return list(map(float, positive)), list(map(float, negative))


@pytest.mark.parametrize("decimals", [0, 6])  # with ties, and without
@pytest.mark.parametrize("seed", range(3))
def test_auroc_is_scikit_learns_with_ties_as_half(seed: int, decimals: int) -> None:
    positive, negative = drawn(seed, decimals)
    labels = [1] * len(positive) + [0] * len(negative)
    assert auroc(positive, negative) == pytest.approx(roc_auc_score(labels, [*positive, *negative]))


def test_the_interval_of_the_auroc_is_that_of_resampled_queries() -> None:
    positive, negative = drawn(1, 6)
    low, high = auroc_interval(positive, negative)
    draw = np.random.default_rng(5)
    labels = [1] * len(positive) + [0] * len(negative)
    values = [
        roc_auc_score(
            labels, [*draw.choice(positive, len(positive)), *draw.choice(negative, len(negative))]
        )
        for _ in range(1000)
    ]
    assert (low, high) == pytest.approx(tuple(np.percentile(values, [2.5, 97.5])), abs=0.02)
    assert low < auroc(positive, negative) < high


def test_the_risk_coverage_curve_answers_the_best_scores_first() -> None:
    curve = risk_coverage([3.0, 1.0, 2.0, 0.0], [False, True, False, True])
    assert [point.coverage for point in curve] == [0.25, 0.5, 0.75, 1.0]
    assert [point.risk for point in curve] == pytest.approx([0, 0, 1 / 3, 1 / 2])
    assert area_of(curve) == pytest.approx((0 + 0 + 1 / 3 + 1 / 2) / 4)


def test_of_ties_the_mean_over_all_their_orders_counts() -> None:
    scores, wrong = [2.0, 1.0, 1.0, 1.0, 0.0], [False, True, False, True, True]
    areas = []
    for order in itertools.permutations(range(5)):
        if [scores[i] for i in order] == sorted(scores, reverse=True):
            errors = np.array([wrong[i] for i in order], float)
            areas.append(np.mean(np.cumsum(errors) / np.arange(1, 6)))
    assert len(areas) == 6
    assert area_of(risk_coverage(scores, wrong)) == pytest.approx(np.mean(areas))


@pytest.mark.parametrize("seed", range(3))
def test_the_area_is_that_of_a_plain_loop(seed: int) -> None:
    positive, negative = drawn(seed, 6)
    scored = [(score, False) for score in positive] + [(score, True) for score in negative]
    scored.sort(reverse=True)
    risks = [sum(wrong for _, wrong in scored[:k]) / k for k in range(1, len(scored) + 1)]
    curve = risk_coverage([*positive, *negative], [False] * len(positive) + [True] * len(negative))
    assert area_of(curve) == pytest.approx(sum(risks) / len(risks))
    assert curve[-1].risk == pytest.approx(len(negative) / len(scored))


def best_of(positive: list[float], negative: list[float]) -> list[BestScore]:
    return [BestScore(f"a{i}", "an answer", s, True) for i, s in enumerate(positive)] + [
        BestScore(
            f"n{i}", "no answer", s, False, ("far",) if i % 2 else ("near", "rare")[: 1 + (i < 6)]
        )
        for i, s in enumerate(negative)
    ]


def test_a_separation_holds_the_curve_its_bounds_and_the_kinds_of_query() -> None:
    positive, negative = drawn(2, 6)
    separation = separation_of("bm25", best_of(positive, negative))
    assert (separation.answerable, separation.unanswerable) == (tuple(positive), tuple(negative))
    assert separation.base_risk == pytest.approx(25 / 65)
    assert separation.least_area <= separation.area
    perfect = [0.0] * 40 + [k / (40 + k) for k in range(1, 26)]
    assert separation.least_area == pytest.approx(np.mean(perfect))
    by_tag = {tag: (n, value) for tag, n, value in separation.by_tag}
    assert set(by_tag) == {"far", "near"}  # the three of "rare" are too few
    far = [score for i, score in enumerate(negative) if i % 2]
    assert by_tag["far"][0] == 12
    assert by_tag["far"][1] == pytest.approx(auroc(positive, far))


def test_too_few_queries_of_either_kind_are_refused() -> None:
    with pytest.raises(CrossExamError, match="40 queries with an answer and 9 without are too few"):
        separation_of("bm25", best_of(drawn(1, 6)[0], [0.0] * 9))
