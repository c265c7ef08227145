"""What can be wrong with the scores that a ranker answers, and who says so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.types.errors import CrossExamError, shown

MISSING, EXTRA, DUPLICATE, NOT_A_NUMBER = "missing", "extra", "duplicate", "not a number"
FAULT_WORDS = {
    MISSING: "no score for a document",
    EXTRA: "a score for no document that was sent",
    DUPLICATE: "a second score for a document",
    NOT_A_NUMBER: "a score that is no finite number",
}


@dataclass(frozen=True, slots=True)
class ScoreFault:
    """One thing wrong with an answer: its kind, the document's position, and what was answered.

    `position` is that among the documents sent, None for an `EXTRA` score, which is of none;
    `value` is what stands in the place of an index (extra, duplicate) or of a score.
    """

    kind: str
    position: int | None
    value: str = ""


class FaultyScores(CrossExamError):  # noqa: N818 - reads as what was answered
    """An answer that does not hold one finite number for each document.

    `scores` are those that can be used all the same, by position.
    """

    def __init__(
        self, text: str, faults: tuple[ScoreFault, ...], scores: Mapping[int, float]
    ) -> None:
        super().__init__(text)
        self.faults = faults
        self.scores = dict(scores)

    def of(self, positions: Sequence[int], text: str) -> FaultyScores:
        """The same of a list of which this answer had these positions, in other words."""
        faults = (
            fault if fault.position is None else replace(fault, position=positions[fault.position])
            for fault in self.faults
        )
        scores = {positions[place]: score for place, score in self.scores.items()}
        return FaultyScores(text, tuple(faults), scores)


def read_scores(
    answered: Iterable[tuple[object, object]], expected: int
) -> tuple[dict[int, float], tuple[ScoreFault, ...]]:
    """The usable scores by position, and every fault: those of rows in their order, then gaps.

    `answered` are rows of (position, score) for `expected` documents. A document with two scores
    keeps none where they differ, for nobody knows which is its own.
    """
    scores: dict[int, float] = {}
    faults: list[ScoreFault] = []
    seen: set[int] = set()
    unusable: set[int] = set()
    for row_position, row_score in answered:
        position = _whole(row_position)
        if position is None or not 0 <= position < expected:
            faults.append(ScoreFault(EXTRA, None, shown(row_position)))
            continue
        score = _finite(row_score)
        if position in seen:
            faults.append(ScoreFault(DUPLICATE, position, shown(row_position)))
            if score is None or scores.get(position) != score:
                unusable.add(position)
            continue
        seen.add(position)
        if score is None:
            faults.append(ScoreFault(NOT_A_NUMBER, position, shown(row_score)))
        else:
            scores[position] = score
    faults += [ScoreFault(MISSING, each) for each in range(expected) if each not in seen]
    return {each: score for each, score in scores.items() if each not in unusable}, tuple(faults)


def _whole(value: object) -> int | None:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return int(value) if is_whole else None  # type: ignore[call-overload]


def _finite(value: object) -> float | None:
    """The number, None for what is none; one beyond a float's range is none either."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.floating):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
