"""nDCG@10 against the share of queries, and of pairs, that are reranked.

Sums are exact (rational numbers, rounded once), so both ends are the two pipelines' own means
to the last bit and no order of queries comes out above the oracle.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from engine.types.quality.gate import (
    AGREEMENT,
    ORACLE,
    RANDOM,
    GateCurve,
    GatePoint,
    GateQuery,
)


def signal_curve(queries: Sequence[GateQuery], signal: str) -> GateCurve:
    """The curve of reranking the least sure queries first.

    Among equally sure ones no order is meant: each point there is the mean over all orders.
    """
    groups = tied_groups(queries, lambda query: query.sureness[signal])
    return _curve(signal, groups, asks_both=signal == AGREEMENT.name)


def random_curve(queries: Sequence[GateQuery]) -> GateCurve:
    """The exact mean over all choices of queries: a straight line between the two ends."""
    return _curve(RANDOM, [list(queries)])


def oracle_curve(queries: Sequence[GateQuery]) -> GateCurve:
    """Those with the largest gain first: at each number of queries the most there is."""
    return _curve(ORACLE, tied_groups(queries, lambda query: -_gain(query)))


def oracle_by_pairs(queries: Sequence[GateQuery]) -> GateCurve:
    """The largest gain per pair first: at each number of pairs no gate gets more.

    It is the fractional knapsack (Dantzig 1957), a bound where queries differ in pairs.
    """

    return _curve(ORACLE, tied_groups(queries, lambda query: -_gain(query) / max(query.pairs, 1)))


def tied_groups(
    queries: Sequence[GateQuery], key: Callable[[GateQuery], float | Fraction]
) -> list[list[GateQuery]]:
    """The queries in rising order of the key, those with an equal one together."""
    groups: dict[float | Fraction, list[GateQuery]] = {}
    for query in queries:
        groups.setdefault(key(query), []).append(query)
    return [groups[value] for value in sorted(groups)]


def _curve(
    signal: str, groups: Sequence[Sequence[GateQuery]], *, asks_both: bool = False
) -> GateCurve:
    queries = [query for group in groups for query in group]
    n, all_pairs = len(queries), sum(query.pairs for query in queries)
    total = sum((Fraction(query.first) for query in queries), Fraction(0))
    seconds = math.fsum(
        query.seconds + (query.other_seconds if asks_both else 0.0) for query in queries
    )
    points = [GatePoint(0.0, 0.0, float(total) / n, seconds / n)]
    done, pairs = 0, 0
    for group in groups:
        gain = sum((_gain(query) for query in group), Fraction(0))
        group_pairs = sum(query.pairs for query in group)
        group_seconds = math.fsum(query.rerank_seconds for query in group)
        for place in range(1, len(group) + 1):
            part = Fraction(place, len(group))
            points.append(
                GatePoint(
                    (done + place) / n,
                    float((pairs + part * group_pairs) / all_pairs) if all_pairs else 1.0,
                    float(total + part * gain) / n,
                    (seconds + float(part) * group_seconds) / n,
                )
            )
        total, pairs, done = total + gain, pairs + group_pairs, done + len(group)
        seconds += group_seconds
    return GateCurve(signal, tuple(points))


def _gain(query: GateQuery) -> Fraction:
    return Fraction(query.reranked) - Fraction(query.first)
