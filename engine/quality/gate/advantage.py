"""Whether a signal beats the random gate: bootstrap intervals over the queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.quality.significance import CONFIDENCE, RESAMPLES, SEED
from engine.types.quality.gate import GateAdvantage, GateQuery

_AT_ONCE = 2_000_000  # numbers held at once

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Order:
    """The queries' positions, least sure first, and where each group of equally sure ones begins.

    `gains` are the queries' in that order.
    """

    positions: NDArray[np.int64]
    starts: NDArray[np.int64]
    gains: Numbers


def advantages(
    queries: Sequence[GateQuery],
    signals: Sequence[str],
    share: float,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[GateAdvantage, ...]:
    """Each signal against the random gate: over all shares, and at `share` of the queries.

    Percentile bootstrap (Efron 1979): the queries are drawn anew, gated anew by the same signal.
    The intervals hold at 95% for all `signals` together (Bonferroni).
    """
    n = len(queries)
    orders = [_order(queries, signal) for signal in signals]
    areas, at_share = (np.empty((len(signals), resamples)) for _ in range(2))
    rng = np.random.default_rng(seed)
    at_once = max(1, _AT_ONCE // n)
    for start in range(0, resamples, at_once):
        rows = slice(start, min(start + at_once, resamples))
        times = _times_drawn(rng, rows.stop - rows.start, n)
        for number, order in enumerate(orders):
            areas[number, rows], at_share[number, rows] = _differences(order, times, share)
    tail = 50 * (1 - CONFIDENCE) / len(signals)
    once = np.ones((1, n))
    found = []
    for number, (signal, order) in enumerate(zip(signals, orders, strict=True)):
        area, difference = _differences(order, once, share)
        found.append(
            GateAdvantage(
                signal,
                float(area[0]),
                _interval(areas[number], tail),
                float(difference[0]),
                _interval(at_share[number], tail),
            )
        )
    return tuple(found)


def _order(queries: Sequence[GateQuery], signal: str) -> _Order:
    sureness = np.array([query.sureness[signal] for query in queries])
    positions = np.argsort(sureness, kind="stable")
    in_order = sureness[positions]
    starts = np.flatnonzero(np.r_[True, in_order[1:] != in_order[:-1]])
    gains = np.array([queries[i].gain for i in positions])
    return _Order(positions, starts, gains)


def _times_drawn(rng: np.random.Generator, rows: int, n: int) -> Numbers:
    """How often each query is drawn in each resample, shape (rows, n)."""
    drawn = rng.integers(0, n, (rows, n)) + n * np.arange(rows)[:, None]
    return np.bincount(drawn.ravel(), minlength=rows * n).reshape(rows, n).astype(np.float64)


def _differences(order: _Order, times: Numbers, share: float) -> tuple[Numbers, Numbers]:
    """(area between signal and random gate, difference at the share) for each row of `times`."""
    n = times.shape[1]
    weighted = times[:, order.positions]  # (rows, n)
    counts = np.add.reduceat(weighted, order.starts, axis=1)  # (rows, groups)
    gains = np.add.reduceat(weighted * order.gains, order.starts, axis=1)
    before = np.cumsum(counts, axis=1) - counts
    area = (gains * (0.5 - (before + counts / 2) / n)).sum(axis=1) / n
    reranked = np.clip((share * n - before) / np.maximum(counts, 1), 0.0, 1.0)
    return area, (gains * (reranked - share)).sum(axis=1) / n


def _interval(values: Numbers, tail_percent: float) -> tuple[float, float]:
    low, high = np.percentile(values, [tail_percent, 100 - tail_percent])
    return float(low), float(high)
