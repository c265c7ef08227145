"""Whether a difference between two runs could be chance, and how large it may be.

Fisher's paired randomisation test (Fisher 1935; Smucker, Allan & Carterette 2007, "A
comparison of statistical significance tests for information retrieval evaluation"), the
percentile bootstrap of the mean difference (Efron 1979), and Holm's correction for
several comparisons (Holm 1979).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError
from engine.types.registries.measures import merit
from engine.types.wording.numbers import decimal, signed

EXACT_UP_TO = 36  # queries that differ: two halves of 262,144 sign patterns each
SAMPLES = 20_000
LEAST_SAMPLED = 1 / (SAMPLES + 1)  # the p value where no sampled pattern is as far
RESAMPLES = 10_000
SEED = 20_261_121
CONFIDENCE = 0.95
ALIKE = 1e-9  # differences and means nearer than this are equal
_AT_ONCE = 2_000_000  # numbers held at once


@dataclass(frozen=True, slots=True)
class Difference:
    """`right` minus `left` on the queries that both answer.

    `interval` is the 95% bootstrap interval of the mean difference. `p_value` is two-sided;
    `exact` says that every sign pattern was counted. `p_adjusted` is Holm's, over
    `comparisons` corrected together; `at_most` says that it is an upper bound, for no sampled
    pattern was as far from zero.
    """

    left: str
    right: str
    measure: str
    queries: int
    difference: float
    interval: tuple[float, float]
    p_value: float
    p_adjusted: float
    exact: bool
    better: int
    worse: int
    equal: int
    comparisons: int = 1
    at_most: bool = False

    @property
    def sentence(self) -> str:
        """ "+0.064 nDCG@10, 95% interval 0.031–0.098, p = 0.0004; 31 queries better, …"."""
        queries = "query" if self.better == 1 else "queries"
        return (
            f"{signed(self.difference, 3)} {self.measure}, 95% interval "
            f"{interval_text(self.interval)}, {self.p_words}"
            + (f" (Holm, {self.comparisons} comparisons)" if self.comparisons > 1 else "")
            + f"; {self.better} {queries} better, {self.worse} worse, {self.equal} equal"
        )

    @property
    def p_words(self) -> str:
        """The corrected p as it is written: "p = 0.0004", "p ≤ 0.0006"."""
        return p_text(self.p_adjusted, at_most=self.at_most)

    @property
    def gain(self) -> float:
        """The difference so that more is better, whatever the measure."""
        return merit(self.measure, self.difference)

    @property
    def significant(self) -> bool:
        """Whether chance alone would show this at most once in twenty, after correction."""
        return self.p_adjusted <= 1 - CONFIDENCE


def compare_values(
    left: Mapping[str, float],
    right: Mapping[str, float],
    *,
    names: tuple[str, str],
    measure: str,
    seed: int = SEED,
) -> Difference:
    """The difference of two runs' values by query, over the queries that both have.

    Raises CrossExamError where they share none.
    """
    shared = sorted(left.keys() & right.keys())
    if not shared:
        raise CrossExamError(
            f"{names[0]} and {names[1]} share no judged query: compare runs of one query set"
        )
    differences = np.array([right[q] - left[q] for q in shared])
    differences[np.abs(differences) < ALIKE] = 0.0
    p_value, exact = randomisation_test(differences, seed=seed)
    gains = merit(measure, 1.0) * differences
    better, worse = int((gains > 0).sum()), int((gains < 0).sum())
    return Difference(
        left=names[0],
        right=names[1],
        measure=measure,
        queries=len(shared),
        difference=math.fsum(differences) / len(shared),
        interval=bootstrap_interval(differences, seed=seed),
        p_value=p_value,
        p_adjusted=p_value,
        exact=exact,
        better=better,
        worse=worse,
        equal=len(shared) - better - worse,
        at_most=not exact and p_value <= LEAST_SAMPLED,
    )


def corrected(differences: Sequence[Difference]) -> list[Difference]:
    """The same differences with Holm's p values for all of them together.

    A p value that rests on an upper bound is one itself, unless it is 1.
    """
    adjusted = holm([one.p_value for one in differences])
    upper_bounds = [p for one, p in zip(differences, adjusted, strict=True) if one.at_most]
    return [
        replace(
            one, p_adjusted=p, comparisons=len(differences), at_most=p < 1.0 and p in upper_bounds
        )
        for one, p in zip(differences, adjusted, strict=True)
    ]


def randomisation_test(
    differences: NDArray[np.float64], *, samples: int = SAMPLES, seed: int = SEED
) -> tuple[float, bool]:
    """(two-sided p value, whether exact) of the mean of paired differences.

    Under the null hypothesis each difference could as well have the other sign. Up to 36
    queries that differ every pattern is counted; beyond, `samples` are drawn and p is
    (hits + 1) / (samples + 1), which is never too small (Phipson & Smyth 2010).
    """
    nonzero = differences[differences != 0.0]
    if len(nonzero) == 0:
        return 1.0, True
    observed = abs(float(nonzero.sum())) - ALIKE * len(nonzero)
    if observed <= 0:
        return 1.0, True
    if len(nonzero) <= EXACT_UP_TO:
        return _exact_p(nonzero, observed), True
    draw = np.random.default_rng(seed)
    hits = 0
    rows = max(1, _AT_ONCE // len(nonzero))
    for start in range(0, samples, rows):
        size = min(rows, samples - start)
        signs = draw.integers(0, 2, (size, len(nonzero)), dtype=np.int8) * 2.0 - 1.0
        hits += int((np.abs(signs @ nonzero) >= observed).sum())
    return (hits + 1) / (samples + 1), False


def _exact_p(moved: NDArray[np.float64], observed: float) -> float:
    """The share of all sign patterns whose sum is at least `observed` (> 0) away from zero.

    Every pattern is one of the first half with one of the second: each sum of the one half
    needs a sum of the other above a bound, which sorting counts without adding all pairs
    (Horowitz & Sahni 1974, meet in the middle). Patterns below zero mirror those above.
    """
    middle = len(moved) // 2
    left, right = (np.sort(_signed_sums(half)) for half in (moved[:middle], moved[middle:]))
    above = len(left) * len(right) - int(np.searchsorted(right, observed - left).sum())
    return float(2 * above / (len(left) * len(right)))


def _signed_sums(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sums of the values with each pattern of signs, 2 ** len(values) of them."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate((sums + value, sums - value))
    return sums


def bootstrap_interval(
    differences: NDArray[np.float64],
    *,
    resamples: int = RESAMPLES,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
) -> tuple[float, float]:
    """The percentile interval of the mean over queries drawn anew with replacement."""
    n = len(differences)
    rng = np.random.default_rng(seed)
    means = np.empty(resamples)
    resamples_at_once = max(1, _AT_ONCE // n)
    for start in range(0, resamples, resamples_at_once):
        n_resamples = min(resamples_at_once, resamples - start)
        means[start : start + n_resamples] = differences[rng.integers(0, n, (n_resamples, n))].mean(
            axis=1
        )
    tail_percent = 50 * (1 - confidence)
    low, high = np.percentile(means, [tail_percent, 100 - tail_percent])
    return float(low), float(high)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down p values, in the order given: each at least its own and at most 1."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for step, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - step) * p_values[i]))
        adjusted[i] = highest
    return adjusted


def interval_text(interval: tuple[float, float]) -> str:
    """ "0.031–0.098"; where an end is negative "−0.012 to 0.098"."""
    low, high = interval
    if min(round(low, 3), round(high, 3)) >= 0:
        return f"{abs(low):.3f}–{abs(high):.3f}"
    return f"{decimal(low, 3)} to {decimal(high, 3)}"


def p_text(p_value: float, *, at_most: bool = False) -> str:
    """ "p = 0.0004", "p < 0.0001", "p = 0.23"; an upper bound "p ≤ 0.0006", rounded up."""
    digits = 4 if p_value < 0.01 else 2
    if at_most:
        return f"p ≤ {math.ceil(round(p_value * 10**digits, 6)) / 10**digits:.{digits}f}"
    if p_value < 0.0001:
        return "p < 0.0001"
    return f"p = {p_value:.{digits}f}"
