"""Means over a query set in which a query counts as often as it is searched.

The interval is the percentile bootstrap's: queries are drawn anew with replacement, each with its
weight, and the mean is that of the drawn ones.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.quality.significance import CONFIDENCE, RESAMPLES, SEED
from engine.types import Query

Name = TypeVar("Name", bound=Hashable)
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


def weighted_mean(values: Mapping[str, float], weights: Mapping[str, float]) -> WeightedMean | None:
    """The mean of the values by query, each as often as its weight; None where all weigh nothing.

    A query without a weight is left out; one of weight 0 counts nothing.
    """
    return weighted_means({"": values}, weights).get("")


def share_of_searches(
    some: Iterable[str], queries: Iterable[str], weights: Mapping[str, float]
) -> float | None:
    """The share of all searches of these `queries` that are of `some` of them, 0 to 1.

    None where none of them has a weight above 0.
    """
    chosen = set(some)
    counted = [query for query in queries if query in weights]
    total = math.fsum(weights[query] for query in counted)
    if not total:
        return None
    return math.fsum(weights[query] for query in counted if query in chosen) / total


def weighted_means(
    values_by_name: Mapping[Name, Mapping[str, float]], weights: Mapping[str, float]
) -> dict[Name, WeightedMean]:
    """Several means by their names, without those whose queries all weigh nothing.

    Means over the same queries are of the same draws.
    """
    names_by_queries: dict[tuple[str, ...], list[Name]] = {}
    for name, values in values_by_name.items():
        counted = tuple(sorted(values.keys() & weights.keys()))
        names_by_queries.setdefault(counted, []).append(name)
    means: dict[Name, WeightedMean] = {}
    for queries, names in names_by_queries.items():
        total = math.fsum(weights[query] for query in queries)
        if not total:
            continue
        weight = np.array([weights[query] for query in queries])
        products = np.array(  # queries × names
            [[weights[query] * values_by_name[name][query] for name in names] for query in queries]
        )
        for name, product, interval in zip(
            names, products.T, _intervals(products, weight), strict=True
        ):
            means[name] = WeightedMean(
                math.fsum(product) / total,
                interval,
                len(queries),
                len(values_by_name[name]) - len(queries),
            )
    return {name: means[name] for name in values_by_name if name in means}


def _intervals(
    products: NDArray[np.float64], weight: NDArray[np.float64]
) -> Sequence[tuple[float, float]]:
    """For each column; a draw of queries that are never searched has no mean, and is left out."""
    number = len(weight)
    draw = np.random.default_rng(SEED)
    drawn_means = []
    at_once = max(1, _AT_ONCE // number)
    for start in range(0, RESAMPLES, at_once):
        size = min(at_once, RESAMPLES - start)
        counts = draw.multinomial(number, np.full(number, 1 / number), size)  # draws × queries
        totals = counts @ weight
        drawn_means.append((counts @ products)[totals > 0] / totals[totals > 0, None])
    tail_percent = 50 * (1 - CONFIDENCE)
    lows, highs = np.percentile(
        np.concatenate(drawn_means), [tail_percent, 100 - tail_percent], axis=0
    )
    return [(float(low), float(high)) for low, high in zip(lows, highs, strict=True)]
