"""Puts two rankings together.

`rrf`: Cormack, Clarke & Buettcher 2009, "Reciprocal Rank Fusion outperforms Condorcet
and individual Rank Learning Methods". `weighted`: the sum of min-max scores. Equal fused
scores are ordered as `engine.search.ranking` says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from engine.search.ranking import places_in, rank
from engine.types import Hit, Ranking
from engine.types.registries import search_parameters as parameters


def rrf(rankings: Sequence[Ranking], *, k: int = parameters.RRF_K.default) -> tuple[Hit, ...]:
    """Hits scored by the sum over lists of 1 / (k + rank); absent from a list adds nothing."""
    parts: dict[str, list[float]] = {}
    for ranking in rankings:
        for hit in ranking.hits:
            parts.setdefault(hit.doc_id, []).append(1.0 / (k + hit.rank))
    scores = {doc_id: math.fsum(shares) for doc_id, shares in parts.items()}
    return rank(scores.items(), places=places_in(rankings))  # fsum: a tie in any order of lists


def weighted(rankings: Sequence[Ranking], weights: Sequence[float]) -> tuple[Hit, ...]:
    """Hits scored by the weighted sum of min-max scores; absent from a list counts as 0."""
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for doc_id, value in min_max({hit.doc_id: hit.score for hit in ranking.hits}).items():
            scores[doc_id] = scores.get(doc_id, 0.0) + weight * value
    return rank(scores.items(), places=places_in(rankings))


def min_max(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores moved to 0..1 (lowest 0, highest 1); all 1 where they are all alike."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {doc_id: (score - low) / (high - low) for doc_id, score in scores.items()}


def blend(reranked: Ranking, lexical: Mapping[str, float], *, weight: float) -> tuple[Hit, ...]:
    """The reranked documents by weight * reranker + (1 - weight) * lexical, both min-max.

    `lexical` holds the BM25 score of every one of these documents. What the reranker ranks
    last by rule stays last, and counts as its lowest score.
    """
    by_rule = dict.fromkeys(sorted(reranked.last & {hit.doc_id for hit in reranked.hits}), 0.0)
    semantic = min_max({h.doc_id: h.score for h in reranked.hits if h.doc_id not in by_rule})
    semantic |= by_rule
    lexical_scores = min_max({doc_id: lexical[doc_id] for doc_id in semantic})
    blended_scores = [
        (doc_id, weight * value + (1.0 - weight) * lexical_scores[doc_id])
        for doc_id, value in semantic.items()
    ]
    return rank(blended_scores, places=places_in([reranked]), last=reranked.last)
