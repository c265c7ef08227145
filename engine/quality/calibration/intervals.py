"""Intervals of a share of pairs, of which those of one query are alike."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from engine.share.votes.shares import cluster_interval

Z = 1.959963984540054  # of 95%
RESAMPLES = 2_000


def wilson(hits: int, pairs: int) -> tuple[float, float]:
    """Wilson's 95% interval (1927) of a share of independent pairs; (0, 1) of none."""
    if not pairs:
        return 0.0, 1.0
    share, z2 = hits / pairs, Z * Z
    centre = (share + z2 / (2 * pairs)) / (1 + z2 / pairs)
    half = Z * math.sqrt(share * (1 - share) / pairs + z2 / (4 * pairs * pairs)) / (1 + z2 / pairs)
    return max(0.0, centre - half), min(1.0, centre + half)


def share_interval(counts: Mapping[str, tuple[int, int]]) -> tuple[float, float]:
    """The 95% interval of the share over queries, by query (hits, pairs).

    The wider end each of Wilson's and of one that draws whole queries anew, as pairs of one query
    are alike.
    """
    all_hits = sum(hits for hits, _ in counts.values())
    all_pairs = sum(pairs for _, pairs in counts.values())
    low, high = wilson(all_hits, all_pairs)
    if not all_pairs:
        return low, high
    table = np.array(list(counts.values()), float)  # (queries, 2)
    hits, given = table[None, :, 0], table[None, :, 1]  # (1, queries)
    drawn_low, drawn_high = cluster_interval(hits, given, resamples=RESAMPLES)
    return min(low, drawn_low), max(high, drawn_high)
