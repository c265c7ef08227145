"""Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Zadrozny & Elkan 2002)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.types.calibration.reliability import Isotonic


def fit_isotonic(scores: Sequence[float], labels: Sequence[bool]) -> Isotonic:
    """The never falling function of the score with the least squared error on the labels.

    Pairs of one score are one point with their mean. Raises ValueError without pairs.
    """
    if not len(scores):
        raise ValueError("isotonic regression needs at least one pair")
    xs, places = np.unique(np.asarray(scores, float), return_inverse=True)
    weights = np.bincount(places).astype(float)
    means = np.bincount(places, np.asarray(labels, float)) / weights
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many xs
    for mean, weight in zip(means.tolist(), weights.tolist(), strict=True):
        block = (mean, weight, 1)
        while blocks and blocks[-1][0] >= block[0]:
            other_mean, other_weight, n_other = blocks.pop()
            total = other_weight + block[1]
            pooled = (other_mean * other_weight + block[0] * block[1]) / total
            block = (pooled, total, n_other + block[2])
        blocks.append(block)
    corners: list[tuple[float, float]] = []
    first = 0
    for mean, _, n in blocks:
        ends = dict.fromkeys((float(xs[first]), float(xs[first + n - 1])))
        corners += [(x, mean) for x in ends]
        first += n
    return Isotonic(tuple(x for x, _ in corners), tuple(y for _, y in corners))
