"""Which neighbours of a ranking are too close to call, by how far their scores may be off."""

from __future__ import annotations

from itertools import pairwise

from engine.types import Ranking, ScorePrecision
from engine.types.models import FLOAT_NOISE

TOO_CLOSE = "near tie, too close to call"
NEAR_TIE = f"≈ {TOO_CLOSE}: a neighbour's score is nearer than the two may be off together"


def near_ties(ranking: Ranking) -> frozenset[str]:
    """The documents whose score is too close to that of the one above or below to tell them apart.

    Each of two scores may be off by the 99th percentile of the drift of the backend that gave it,
    so two of one backend are told apart from twice that on. Empty where the drift is not known.
    A document that is ranked last by rule stands below the others whatever the scores.
    """
    precision = ranking.precision
    if precision is None:
        return frozenset()
    near_tie_ids = set()
    for above, below in pairwise(ranking.hits):
        by_rule = (above.doc_id in ranking.last) != (below.doc_id in ranking.last)
        margin = margin_between(precision, above.doc_id, below.doc_id)
        if not by_rule and abs(above.score - below.score) < margin:
            near_tie_ids |= {above.doc_id, below.doc_id}
    return frozenset(near_tie_ids)


def margin_between(precision: ScorePrecision, one: str, other: str) -> float:
    """How far apart the scores of two documents must be to be told apart."""
    return max(FLOAT_NOISE, precision.drift_of(one) + precision.drift_of(other))


def near_tie_notes(ranking: Ranking) -> dict[str, str]:
    """The documents of `near_ties`, each with why it is marked, in words."""
    precision = ranking.precision
    return {} if precision is None else dict.fromkeys(near_ties(ranking), _words(precision))


def _words(precision: ScorePrecision) -> str:
    if not precision.drift:
        return f"{TOO_CLOSE}: a neighbour's score is within {FLOAT_NOISE} logits"
    origin_phrase = (
        "measured on this machine" if precision.measured else "not measured on this machine"
    )
    return (
        f"{TOO_CLOSE}: a neighbour's score is nearer than the two may be off together. One of "
        f"{precision.backend} drifts from fp32's by {precision.drift:.3f} logits (99th percentile, "
        f"{origin_phrase}), one of fp32 does not"
    )
