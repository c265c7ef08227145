"""Randomisation, bootstrap and Holm, by hand, by brute force and against scipy."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from engine.quality import significance
from engine.quality.significance import (
    bootstrap_interval,
    compare_values,
    corrected,
    holm,
    interval_text,
    p_text,
    randomisation_test,
)
from engine.types import CrossExamError
from engine.types.wording.numbers import signed

SMALL = np.array([0.31, -0.12, 0.05, 0.22, 0.0, 0.4, -0.07, 0.18])


def drawn(n: int, seed: int = 3, shift: float = 0.02) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 0.1, n)


def by_brute_force(differences: np.ndarray) -> float:
    """Every way to give each difference its own or the other sign."""
    observed = abs(sum(differences))
    ways = list(itertools.product((1, -1), repeat=len(differences)))
    hits = sum(
        abs(sum(s * d for s, d in zip(w, differences, strict=True))) >= observed - 1e-9
        for w in ways
    )
    return float(hits / len(ways))


def test_three_gains_in_a_row_happen_by_chance_in_a_quarter_of_all_cases() -> None:
    # of the eight sign patterns only + + + and - - - are as far from zero
    assert randomisation_test(np.array([0.1, 0.2, 0.3])) == (0.25, True)


def test_no_difference_at_all_is_certain_chance() -> None:
    assert randomisation_test(np.zeros(12)) == (1.0, True)


@pytest.mark.parametrize("differences", [SMALL, -SMALL, drawn(11), drawn(12, seed=8)])
def test_small_cases_are_exact(differences: np.ndarray) -> None:
    p_value, exact = randomisation_test(differences)
    assert exact
    assert p_value == pytest.approx(by_brute_force(differences), abs=1e-12)


def test_exact_p_is_that_of_scipy() -> None:
    theirs = stats.permutation_test(
        (SMALL,),
        lambda d, axis: d.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    assert randomisation_test(SMALL)[0] == pytest.approx(theirs.pvalue, abs=1e-12)


@pytest.mark.parametrize("n", [17, 18])
def test_p_stays_exact_for_as_many_queries_as_scipy_can_count_outright(n: int) -> None:
    differences = drawn(n, seed=5, shift=0.04)
    theirs = stats.permutation_test(
        (differences,),
        lambda d, axis: d.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
        batch=20_000,
    )
    p_value, exact = randomisation_test(differences)
    assert exact
    assert 0.01 < p_value < 1
    assert p_value == pytest.approx(theirs.pvalue, abs=1e-12)


@pytest.mark.parametrize(("n", "lost"), [(21, 6), (22, 5), (36, 12)])
def test_p_of_equal_steps_is_the_sign_tests(n: int, lost: int) -> None:
    """Where all differences are alike in size, randomisation is the exact binomial test."""
    differences = np.full(n, 0.1)
    differences[:lost] = -0.1
    p_value, exact = randomisation_test(differences)
    assert exact
    assert p_value == pytest.approx(stats.binomtest(lost, n).pvalue, rel=1e-12)


def test_beyond_what_can_be_counted_p_is_sampled() -> None:
    assert randomisation_test(drawn(36))[1]
    assert not randomisation_test(drawn(37))[1]


@pytest.mark.parametrize("shift", [0.0, 0.02, 0.03])
def test_drawn_p_is_near_that_of_scipy(shift: float) -> None:
    differences = drawn(80, shift=shift)
    p_value, exact = randomisation_test(differences)
    theirs = stats.permutation_test(
        (differences,),
        lambda d, axis: d.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        rng=np.random.default_rng(1),
    )
    assert not exact
    assert p_value == pytest.approx(theirs.pvalue, abs=0.012)


def test_drawn_p_is_the_same_each_time_and_never_zero() -> None:
    differences = np.full(60, 0.2)
    first = randomisation_test(differences, samples=10_000)
    assert first == randomisation_test(differences, samples=10_000)
    assert first[0] == pytest.approx(1 / 10_001)


def test_the_interval_is_that_of_scipys_percentile_bootstrap() -> None:
    differences = drawn(60)
    theirs = stats.bootstrap(
        (differences,),
        np.mean,
        method="percentile",
        n_resamples=20_000,
        rng=np.random.default_rng(2),
    ).confidence_interval
    low, high = bootstrap_interval(differences)
    assert low == pytest.approx(theirs.low, abs=0.002)
    assert high == pytest.approx(theirs.high, abs=0.002)
    assert low < differences.mean() < high


def test_holm_by_hand() -> None:
    # sorted 0.01, 0.02, 0.03, 0.4: times 4, 3, 2, 1 is 0.04, 0.06, 0.06, 0.4, never falling
    assert holm([0.03, 0.01, 0.4, 0.02]) == pytest.approx([0.06, 0.04, 0.4, 0.06])
    assert holm([0.5, 0.6]) == pytest.approx([1.0, 1.0])
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_a_difference_counts_queries_and_says_so() -> None:
    left = {"a": 0.5, "b": 0.5, "c": 0.5, "d": 1.0, "only": 0.1}
    right = {"a": 0.9, "b": 0.4, "c": 0.5, "d": 1.0 + 1e-12}
    found = compare_values(left, right, names=("BM25", "Blend"), measure="nDCG@10")
    assert (found.queries, found.better, found.worse, found.equal) == (4, 1, 1, 2)
    assert found.difference == pytest.approx(0.075)
    # of + +, + -, - +, - - two are at least as far: 0.5, 0.3, 0.3, 0.5 against 0.3: all four
    assert found.p_value == 1.0
    assert found.sentence.startswith("+0.075 nDCG@10, 95% interval ")
    assert found.sentence.endswith("p = 1.00; 1 query better, 1 worse, 2 equal")


def test_the_sentence_of_the_issue() -> None:
    found = compare_values({"a": 0.0}, {"a": 0.1}, names=("x", "y"), measure="nDCG@10")
    told = replace(
        found,
        difference=0.0641,
        interval=(0.0311, 0.0979),
        p_value=0.0002,
        p_adjusted=0.0004,
        better=31,
        worse=9,
        equal=30,
        comparisons=1,
    )
    assert told.sentence == (
        "+0.064 nDCG@10, 95% interval 0.031–0.098, p = 0.0004; 31 queries better, 9 worse, 30 equal"
    )
    assert "p = 0.0004 (Holm, 3 comparisons)" in replace(told, comparisons=3).sentence


def test_several_comparisons_are_corrected_together() -> None:
    base = {f"q{i}": 0.0 for i in range(6)}
    some = compare_values(base, dict.fromkeys(base, 0.1), names=("a", "b"), measure="MAP")
    none = compare_values(base, base, names=("a", "c"), measure="MAP")
    both = corrected([none, some])
    assert [one.p_value for one in both] == [1.0, 2 / 64]
    assert [one.p_adjusted for one in both] == [1.0, 4 / 64]
    assert [one.significant for one in both] == [False, False]
    assert some.significant


def test_a_sampled_p_at_its_floor_is_written_as_a_bound_also_after_correction() -> None:
    base = {f"q{i}": 0.0 for i in range(60)}
    far = compare_values(base, dict.fromkeys(base, 0.1), names=("a", "b"), measure="MAP")
    assert (far.exact, far.at_most, far.p_words) == (False, True, "p ≤ 0.0001")
    none = compare_values(base, base, names=("a", "c"), measure="MAP")
    some = compare_values(
        base, {f"q{i}": (0.1 if i < 40 else -0.1) for i in range(60)}, names=("a", "d"),
        measure="MAP",
    )  # fmt: skip
    assert (some.exact, some.at_most) == (False, False)
    first, second, third = corrected([far, none, some])
    assert first.p_adjusted == pytest.approx(3 / 20_001)
    assert (first.at_most, first.p_words) == (True, "p ≤ 0.0002")  # 0.00015, rounded up
    assert "p ≤ 0.0002 (Holm, 3 comparisons)" in first.sentence
    assert (second.at_most, second.p_words, third.at_most) == (False, "p = 1.00", False)


def test_an_exact_p_is_no_bound_however_small() -> None:
    base = {f"q{i}": 0.0 for i in range(30)}
    found = compare_values(base, dict.fromkeys(base, 0.1), names=("a", "b"), measure="MAP")
    assert found.p_value == pytest.approx(2 / 2**30)
    assert (found.exact, found.at_most, found.p_words) == (True, False, "p < 0.0001")


def test_runs_without_a_common_query_cannot_be_compared() -> None:
    with pytest.raises(CrossExamError, match="share no judged query"):
        compare_values({"a": 1.0}, {"b": 1.0}, names=("x", "y"), measure="MAP")


def test_figures_in_words() -> None:
    assert [signed(v, 3) for v in (0.0641, -0.0121, 0.0001)] == ["+0.064", "−0.012", "0.000"]
    assert interval_text((0.031, 0.098)) == "0.031–0.098"
    assert interval_text((-0.012, 0.098)) == "−0.012 to 0.098"
    assert interval_text((-0.0001, 0.098)) == "0.000–0.098"
    assert [p_text(p) for p in (0.00001, 0.0004, 0.234)] == ["p < 0.0001", "p = 0.0004", "p = 0.23"]
    assert [p_text(p, at_most=True) for p in (0.00005, 0.0006, 0.00061, 0.0111)] == [
        "p ≤ 0.0001", "p ≤ 0.0006", "p ≤ 0.0007", "p ≤ 0.02",
    ]  # fmt: skip


@pytest.mark.parametrize(("hits", "bound"), [(0, True), (1, False), (2, False)])
def test_only_a_sample_without_a_single_hit_is_a_bound(
    hits: int, bound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    p_value = (hits + 1) / 20_001
    monkeypatch.setattr(significance, "randomisation_test", lambda *_, **__: (p_value, False))
    found = compare_values({"a": 0.0}, {"a": 0.1}, names=("x", "y"), measure="MAP")
    assert (found.p_value, found.at_most) == (p_value, bound)
    assert p_text(0.0001) == "p = 0.0001"
