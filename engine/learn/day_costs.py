"""What a day of queries costs by each way to answer them, from the time of a single pass."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.types.learn.columns import (
    EMBED_ONCE,
    PASSES,
    READ_ALL,
    SECONDS,
    STEPS,
    TWO_STAGES,
    VECTORS,
    WATT_HOURS,
)

SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class PassTimes:
    """Seconds of one pass: a pair read, a query embedded, a document embedded."""

    pair: float
    query: float
    document: float


def day_costs(
    times: PassTimes, *, documents: int, queries: int, depth: int, watts: float
) -> dict[str, dict[str, float]]:
    """By column and way: passes through a transformer, steps, seconds and watt-hours.

    A walk through a graph of vectors takes about log2 of the documents' number in steps
    (Malkov & Yashunin 2016, "Hierarchical Navigable Small World graphs"); its seconds are not
    in these, for they are small beside a pass. Seconds are one after another on this machine.
    """
    pairs_read = min(depth, documents)
    passes_by_way = {
        READ_ALL: queries * documents,
        TWO_STAGES: queries * (1 + pairs_read),
        VECTORS: queries,
        EMBED_ONCE: documents,
    }
    walk_steps = queries * math.ceil(math.log2(max(2, documents)))
    seconds_by_way = {
        READ_ALL: passes_by_way[READ_ALL] * times.pair,
        TWO_STAGES: queries * (times.query + pairs_read * times.pair),
        VECTORS: queries * times.query,
        EMBED_ONCE: documents * times.document,
    }
    return {
        PASSES: {way: float(count) for way, count in passes_by_way.items()},
        STEPS: {
            READ_ALL: 0.0,
            TWO_STAGES: float(walk_steps),
            VECTORS: float(walk_steps),
            EMBED_ONCE: 0.0,
        },
        SECONDS: seconds_by_way,
        WATT_HOURS: {
            way: watts * value / SECONDS_PER_HOUR for way, value in seconds_by_way.items()
        },
    }
