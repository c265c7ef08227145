"""The one place where ranks are given out, and its rule.

The higher score stands first. Where scores are equal, a fusion puts the document with the
better single rank in any of its lists first, then the one that its first list has higher (BM25
in the hybrid, the cross-encoder in the blend; a list without the document counts as below
all others). What is equal still, and every tie outside a fusion, goes by doc_id.
Documents that are ranked last by rule come after all others, in this same order.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import Hit, Ranking

Places = Mapping[str, tuple[float, float]]  # (best single rank, rank in the first list)


def rank(
    scored: Iterable[tuple[str, float]],
    k: int | None = None,
    *,
    places: Places | None = None,
    last: Collection[str] = (),
) -> tuple[Hit, ...]:
    """The k best (doc_id, score) pairs as hits, ordered by the rule above.

    `places` is what a fusion breaks ties by; `last` are the documents ranked last by rule.
    """

    def key(pair: tuple[str, float]) -> tuple[bool, float, tuple[float, float], str]:
        doc_id, score = pair
        return doc_id in last, -score, places[doc_id] if places else (0.0, 0.0), doc_id

    ordered = sorted(((doc_id, float(s)) for doc_id, s in scored), key=key)
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
        above_threshold = np.flatnonzero(scores >= threshold)  # ties at the border stay in
    else:
        above_threshold = np.arange(len(scores))
    row_numbers = above_threshold if positions is None else positions[above_threshold]
    return rank(
        (
            (doc_ids[row_number], scores[i])
            for row_number, i in zip(row_numbers.tolist(), above_threshold.tolist(), strict=True)
        ),
        k,
    )


def places_in(rankings: Sequence[Ranking]) -> dict[str, tuple[float, float]]:
    """By doc_id, its best rank in any of the rankings and its rank in the first of them."""
    best_rank_of: dict[str, float] = {}
    for ranking in rankings:
        for hit in ranking.hits:
            best_rank_of[hit.doc_id] = min(hit.rank, best_rank_of.get(hit.doc_id, math.inf))
    first_rank = {hit.doc_id: hit.rank for hit in rankings[0].hits} if rankings else {}
    return {
        doc_id: (best_rank, first_rank.get(doc_id, math.inf))
        for doc_id, best_rank in best_rank_of.items()
    }
