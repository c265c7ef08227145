"""The one place where ranks are given out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from search.types import Hit


def rank(scored: Iterable[tuple[str, float]], k: int | None = None) -> tuple[Hit, ...]:
    """The k best (doc_id, score) pairs as hits: highest score first, ties by doc_id."""
    ordered = sorted(((doc_id, float(s)) for doc_id, s in scored), key=lambda p: (-p[1], p[0]))
    return tuple(Hit(doc_id, score, i) for i, (doc_id, score) in enumerate(ordered[:k], 1))


def rank_best(
    doc_ids: Sequence[str],
    scores: NDArray[np.floating],
    k: int,
    positions: NDArray[np.int64] | None = None,
) -> tuple[Hit, ...]:
    """Like `rank`, for arrays: only what can be among the k best is sorted in Python.

    `positions` are the places in `doc_ids` that `scores` belong to, where not all.
    """
    if k <= 0:
        return ()
    if len(scores) > k:
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        kept = np.flatnonzero(scores >= threshold)  # ties at the border stay in
    else:
        kept = np.arange(len(scores))
    named = kept if positions is None else positions[kept]
    return rank(
        ((doc_ids[at], scores[i]) for at, i in zip(named.tolist(), kept.tolist(), strict=True)), k
    )
