"""Means over a query set in which a query counts as often as it is searched.

The interval is the percentile bootstrap's: queries are drawn anew with replacement, each with its
weight, and the mean is that of the drawn ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.quality.significance import CONFIDENCE, RESAMPLES, SEED
from engine.types import Query

_AT_ONCE = 2_000_000  # numbers held at once


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A mean by searches over `queries` that have a weight, with its 95% interval.

    `without` queries have a value and no weight, and are left out.
    """

    value: float
    interval: tuple[float, float]
    queries: int
    without: int = 0


def weights_of(queries: Iterable[Query]) -> dict[str, float]:
    """How often each query is searched, of those of which it is known; empty where of none."""
    return {query.query_id: query.weight for query in queries if query.weight is not None}


def weighted_mean(
    values: Mapping[str, float], weights: Mapping[str, float], *, seed: int = SEED
) -> WeightedMean | None:
    """The mean of the values by query, each as often as its weight; None where all weigh nothing.

    A query without a weight is left out; one of weight 0 counts nothing.
    """
    counted = sorted(values.keys() & weights.keys())
    total = math.fsum(weights[query] for query in counted)
    if not total:
        return None
    weight = np.array([weights[query] for query in counted])
    product = weight * np.array([values[query] for query in counted])
    return WeightedMean(
        math.fsum(product) / total,
        _interval(product, weight, seed),
        len(counted),
        len(values) - len(counted),
    )


def _interval(
    product: np.ndarray[tuple[int], np.dtype[np.float64]],
    weight: np.ndarray[tuple[int], np.dtype[np.float64]],
    seed: int,
) -> tuple[float, float]:
    """A draw of queries that are never searched has no mean, and is left out."""
    number = len(weight)
    draw = np.random.default_rng(seed)
    means = []
    at_once = max(1, _AT_ONCE // number)
    for start in range(0, RESAMPLES, at_once):
        drawn = draw.integers(0, number, (min(at_once, RESAMPLES - start), number))
        totals = weight[drawn].sum(axis=1)
        means.append(product[drawn].sum(axis=1)[totals > 0] / totals[totals > 0])
    tail_percent = 50 * (1 - CONFIDENCE)
    low, high = np.percentile(np.concatenate(means), [tail_percent, 100 - tail_percent])
    return float(low), float(high)
