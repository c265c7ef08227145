"""Do two lenses name the same words? Spearman's rank correlation, as a number and in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Pearson's correlation of the ranks, ties sharing their mean rank; -1 to 1.

    Spearman 1904. None for fewer than three values, or where one side is all alike.
    """
    if len(left) != len(right):
        raise ValueError(f"{len(left)} values against {len(right)}: give one a word on both sides")
    if len(left) < 3:
        return None
    a, b = _ranks(left), _ranks(right)
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / scale) if scale > 0 else None


def in_words(correlation: float | None) -> str:
    """What the number says: "they largely agree"."""
    if correlation is None:
        return "cannot be compared (too few words, or all alike)"
    for bound, text in (
        (0.7, "they largely agree"),
        (0.4, "they agree in part"),
        (0.15, "they hardly agree"),
        (-0.15, "they have nothing to do with each other"),
    ):
        if correlation >= bound:
            return text
    return "they contradict each other"


def _ranks(values: Sequence[float]) -> NDArray[np.float64]:
    _, group, sizes = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(sizes)  # the last rank of each group of equal values, from 1
    mean: NDArray[np.float64] = (2 * last - sizes + 1) / 2
    return mean[group]
