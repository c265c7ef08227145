"""Whether a finished search probably has no answer: its best logit lies below a measured floor."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import CROSS_ENCODER, SearchTrace
from engine.types.calibration.reliability import KeptFloor
from engine.types.registries.search_parameters import FASTEST


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The best logit of a search, and the floor that it lies below.

    `probability` is the share of judged pairs of that logit that were relevant.
    """

    best: float
    kept: KeptFloor
    probability: float


def no_answer(trace: SearchTrace, kept: KeptFloor | None) -> NoAnswer | None:
    """Why this search probably has no answer; None where nothing was measured that says so.

    A score that drifts from fp32 counts only where the floor lies further away than it may be
    off; in the mode *fastest* none does.
    """
    ranking = trace.ranking(CROSS_ENCODER)
    if kept is None or ranking is None or not trace.complete:
        return None
    hits = [hit for hit in ranking.hits if hit.doc_id not in ranking.last]
    precision = ranking.precision
    if not hits or precision is None or precision.mode == FASTEST:
        return None
    highest = max(hit.score + precision.drift_of(hit.doc_id) for hit in hits)
    if highest >= kept.floor.score:
        return None
    best = max(hit.score for hit in hits)
    return NoAnswer(best, kept, kept.isotonic.at(best))
