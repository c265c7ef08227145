"""Isotonic regression and Platt scaling are scikit-learn's, and their errors are counted alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import PredefinedSplit, cross_val_predict

from engine.quality.calibration.errors import brier_score, expected_calibration_error
from engine.quality.calibration.isotonic import fit_isotonic
from engine.quality.calibration.platt import fit_platt
from engine.quality.calibration.reliability import (
    CONSTANT,
    ISOTONIC,
    PLATT,
    RAW,
    calibration_of,
    folds_of,
    held_out,
    reliability_bins,
)
from engine.types import CrossExamError
from engine.types.calibration.scores import JudgedScore
from tests.engine.quality.calibration.drawn import drawn_pairs

GRID = np.linspace(-14, 12, 531)


def parts(pairs: list[JudgedScore]) -> tuple[list[float], list[bool]]:
    return [pair.score for pair in pairs], [pair.relevant for pair in pairs]


@pytest.mark.parametrize("decimals", [0, 2, 12])  # with many ties, with some, without
@pytest.mark.parametrize("seed", range(4))
def test_isotonic_regression_is_scikit_learns(decimals: int, seed: int) -> None:
    scores, labels = parts(drawn_pairs(30, 10, seed=seed, decimals=decimals))
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, np.array(labels, float))
    ours = fit_isotonic(scores, labels)
    assert ours.of(list(GRID)) == pytest.approx(theirs.predict(GRID), abs=1e-12)
    assert list(ours.scores) == sorted(set(ours.scores))
    assert all(low <= high for low, high in zip(ours.shares, ours.shares[1:], strict=False))


@pytest.mark.parametrize(
    ("scores", "labels"),
    [
        ([1.0], [True]),
        ([2.0, 2.0, 2.0], [True, False, False]),
        ([1.0, 2.0, 3.0], [True, True, False]),
        ([1.0, 2.0, 3.0], [False, False, True]),
        ([3.0, 1.0, 2.0, 2.0], [False, True, False, True]),
    ],
)
def test_isotonic_regression_of_few_pairs_is_scikit_learns(
    scores: list[float], labels: list[bool]
) -> None:
    theirs = IsotonicRegression(out_of_bounds="clip").fit(scores, np.array(labels, float))
    assert fit_isotonic(scores, labels).of([0.0, 1.5, 2.0, 2.5, 9.0]) == pytest.approx(
        theirs.predict([0.0, 1.5, 2.0, 2.5, 9.0])
    )


@pytest.mark.parametrize("seed", [9, 64, 122])
def test_platt_scaling_ends_where_the_loss_is_flat_in_a_float(seed: int) -> None:
    """Here a whole Newton step near the end raises the loss by a rounding alone."""
    draw = np.random.default_rng(seed)
    scores, labels = draw.normal(0, 3, 60), draw.random(60) < 0.5
    fit = fit_platt(scores.tolist(), labels.tolist())
    off = np.array(fit.of(scores.tolist())) - labels
    assert abs(off.mean()) < 1e-9
    assert abs((off * scores).mean()) < 1e-8


def test_isotonic_regression_needs_a_pair() -> None:
    with pytest.raises(ValueError, match="at least one pair"):
        fit_isotonic([], [])


@pytest.mark.parametrize("seed", range(4))
def test_platt_scaling_is_scikit_learns_logistic_regression_without_a_penalty(seed: int) -> None:
    scores, labels = parts(drawn_pairs(30, 10, seed=seed))
    theirs = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(
        np.array(scores)[:, None], labels
    )
    ours = fit_platt(scores, labels)
    assert ours.slope == pytest.approx(theirs.coef_[0, 0], abs=1e-5)
    assert ours.intercept == pytest.approx(theirs.intercept_[0], abs=1e-5)
    assert ours.of(list(GRID)) == pytest.approx(theirs.predict_proba(GRID[:, None])[:, 1], abs=1e-5)


def test_platt_scaling_of_logits_far_from_zero_converges() -> None:
    pairs = drawn_pairs(30, 10)
    far = fit_platt([pair.score * 100 + 5_000 for pair in pairs], [p.relevant for p in pairs])
    near = fit_platt(*parts(pairs))
    assert far.slope * 100 == pytest.approx(near.slope)
    assert far.at(5_000) == pytest.approx(near.at(0))


@pytest.mark.parametrize(
    ("scores", "labels"),
    [
        ([1.0, 2.0, 3.0, 4.0], [False, False, True, True]),
        ([1.0, 2.0, 2.0, 4.0], [False, False, True, True]),  # parted but for a tie
        ([1.0, 2.0, 3.0, 4.0], [True, True, False, False]),
        ([1.0, 2.0], [True, True]),
        ([2.0, 2.0], [True, False]),
    ],
)
def test_where_no_finite_logistic_fit_exists_platt_says_so(
    scores: list[float], labels: list[bool]
) -> None:
    with pytest.raises(CrossExamError, match="no finite logistic fit"):
        fit_platt(scores, labels)


def test_the_brier_score_is_scikit_learns() -> None:
    scores, labels = parts(drawn_pairs(20, 10))
    shares = fit_platt(scores, labels).of(scores)
    assert brier_score(shares, labels) == pytest.approx(brier_score_loss(labels, shares))


@pytest.mark.parametrize("bins", [1, 5, 10])
def test_the_expected_calibration_error_is_that_of_a_plain_loop(bins: int) -> None:
    scores, labels = parts(drawn_pairs(20, 10))
    shares = [*fit_platt(scores, labels).of(scores), 0.0, 0.1, 0.5, 1.0]  # edges too
    labels = [*labels, False, True, True, False]
    expected = 0.0
    for place in range(bins):
        low, high = place / bins, (place + 1) / bins
        members = [
            (share, label)
            for share, label in zip(shares, labels, strict=True)
            if low <= share < high or (place == bins - 1 and share == 1.0)
        ]
        if members:
            mean = sum(share for share, _ in members) / len(members)
            relevant = sum(label for _, label in members) / len(members)
            expected += len(members) / len(shares) * abs(mean - relevant)
    assert expected_calibration_error(shares, labels, bins=bins) == pytest.approx(expected)


def test_each_pair_is_predicted_by_a_fit_on_other_queries_as_scikit_learn_does() -> None:
    pairs = drawn_pairs(25, 8)
    scores, labels = parts(pairs)
    fold_of = folds_of({pair.query_id for pair in pairs})
    split = PredefinedSplit([fold_of[pair.query_id] for pair in pairs])
    theirs = cross_val_predict(
        IsotonicRegression(out_of_bounds="clip"), scores, np.array(labels, float), cv=split
    )
    ours = held_out(pairs, fold_of, lambda some: fit_isotonic(*parts(list(some))))
    assert ours == pytest.approx(theirs)
    sizes = [list(fold_of.values()).count(fold) for fold in range(5)]
    assert sizes == [5] * 5
    assert held_out(pairs, fold_of, lambda some: fit_platt(*parts(list(some)))) == pytest.approx(
        cross_val_predict(
            LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000),
            np.array(scores)[:, None],
            labels,
            cv=split,
            method="predict_proba",
        )[:, 1],
        abs=1e-5,
    )


def test_a_calibration_is_measured_on_queries_held_out_and_raw_logits_as_they_are() -> None:
    pairs = drawn_pairs(slope=2.0, intercept=1.0)
    calibration = calibration_of(pairs)
    errors = {error.name: error for error in calibration.errors}
    assert list(errors) == [RAW, ISOTONIC, PLATT, CONSTANT]
    assert (errors[RAW].held_out, errors[ISOTONIC].held_out) == (False, True)
    scores, labels = parts(pairs)
    raw = 1 / (1 + np.exp(-np.array(scores)))
    assert errors[RAW].brier == pytest.approx(brier_score_loss(labels, raw))
    assert errors[PLATT].ece < errors[RAW].ece
    assert errors[ISOTONIC].brier < errors[CONSTANT].brier
    assert calibration.platt is not None
    assert calibration.platt.slope == pytest.approx(2.0, abs=0.5)
    assert (calibration.pairs, calibration.queries, calibration.folds) == (1200, 60, 5)


def test_bins_hold_every_pair_once_and_their_intervals_are_wilsons() -> None:
    scores, labels = parts(drawn_pairs())
    bins = reliability_bins(scores, labels)
    assert sum(each.pairs for each in bins) == len(scores)
    assert sum(each.relevant for each in bins) == sum(labels)
    for each in bins:
        inside = [s for s in scores if each.low <= s < each.high]
        assert len(inside) == each.pairs
        assert each.mean_score == pytest.approx(np.mean(inside))
        theirs = binomtest(each.relevant, each.pairs).proportion_ci(method="wilson")
        assert each.interval == pytest.approx((theirs.low, theirs.high))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (drawn_pairs(5, 20), "100 judged pairs of 5 queries are too few"),
        (drawn_pairs(20, 2), "40 judged pairs of 20 queries are too few"),
        ([JudgedScore(f"q{i}", "d", 1.0, True) for i in range(60)], "none of the 60 .* irrelevant"),
        ([JudgedScore(f"q{i}", "d", 1.0, False) for i in range(60)], "none of the 60 .* relevant"),
    ],
)
def test_what_cannot_be_calibrated_says_why(pairs: list[JudgedScore], words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        calibration_of(pairs)


def test_without_a_logistic_fit_the_isotonic_one_is_left() -> None:
    pairs = [
        JudgedScore(f"q{i}", f"d{place}", float(place), place >= 3)
        for i in range(15)
        for place in range(6)
    ]
    calibration = calibration_of(pairs)
    assert calibration.platt is None
    assert "no finite logistic fit" in calibration.why
    assert [error.name for error in calibration.errors] == [RAW, ISOTONIC, CONSTANT]
