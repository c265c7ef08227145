"""How figures are said on screen: scores, milliseconds, durations, movements, grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.types import Movement
from engine.types.registries.stage_wording import score_kind as score_kind
from engine.types.registries.stage_wording import score_text as score_text
from engine.types.wording.cached import CachedStep, cached_part

Direction = Literal["up", "down", "same", "new", "entered", "rescued"]

_GRADES = ("not relevant", "somewhat relevant", "relevant", "highly relevant")
_UNITS = (("days", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0))


@dataclass(frozen=True, slots=True)
class MovementWords:
    """A movement as drawn: direction, short mark, a note beside it, the whole sentence."""

    direction: Direction
    mark: str
    note: str
    sentence: str


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun, in the singular for one alone: "1 pair", "1,200 queries"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def shortened(text: str, longest: int) -> str:
    """The text, or its first whole words and an ellipsis, `longest` characters at most.

    A single word that is longer than that is cut, for there is no other place.
    """
    if len(text) <= longest:
        return text
    room = longest - 2
    head = text[:room]
    if not text[room].isspace() and head.split()[1:]:
        head = head.rsplit(None, 1)[0]
    return f"{head.rstrip()} …"


def milliseconds(seconds: float) -> str:
    """Seconds as milliseconds: two decimals below 1 ms, one below 10 ms, none above.

    From 10 s on they stay seconds: nobody reads 39,944 ms.
    """
    value = seconds * 1_000
    if value < 0.995:
        return f"{value:.2f} ms"
    if value < 9.95:
        return f"{value:.1f} ms"
    return f"{value:,.0f} ms" if seconds < 9.9995 else f"{seconds:,.1f} s"


def humanised(seconds: float) -> str:
    """A duration in the unit a person would choose: "38 ms", "1.4 s", "6.2 h", "12 days"."""
    if seconds < 0.9995:
        return milliseconds(seconds)
    for unit, size in _UNITS:
        value = seconds / size
        if value >= 0.9995:
            return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"
    return f"{seconds:.1f} s"


def search_took(seconds: float, remembered_seconds: float) -> str:
    """ "This search took 126 ms, after 11 s for the scores that it remembers"."""
    remembered = ""
    if remembered_seconds:
        remembered = f", after {humanised(remembered_seconds)} for the scores that it remembers"
    return f"This search took {humanised(seconds)}{remembered}"


def cache_words(timings: Iterable[CachedStep]) -> str:
    """What of a stage came from a cache, with what remembered scores took: "" where nothing did.

    "scores cached, 1.8 s when read", "30 of 50 scores cached, 0.9 s when read", "part cached".
    """
    steps = list(timings)
    part = cached_part(steps)
    measured_seconds = sum(step.measured_seconds for step in steps)
    return f"{part}, {humanised(measured_seconds)} when read" if measured_seconds else part


def grade_words(grade: int, *, binary: bool = False) -> str:
    """A judgment in words; in binary collections a 1 is simply relevant."""
    if binary:
        return "relevant" if grade > 0 else _GRADES[0]
    return _GRADES[grade] if 0 <= grade < len(_GRADES) else f"relevance {grade}"


def movement_words(
    movement: Movement, *, baseline: str, top: int, relevant: bool = False
) -> MovementWords | None:
    """How a document moved against the baseline (its label); None where it is not listed now.

    Coming into the top is a rescue only where the document is judged `relevant`.
    """
    if movement.after is None:
        return None
    change = movement.change
    if change is None:
        return MovementWords("new", "new", "", f"new: not in the list of {baseline}")
    rank_before = f"rank {movement.before} in {baseline}"
    if change == 0:
        return MovementWords("same", "=", "", f"unmoved: {rank_before}")
    places = f"{abs(change)} place{'' if abs(change) == 1 else 's'}"
    if change < 0:
        return MovementWords("down", f"▼ {-change}", "", f"down {places}: {rank_before}")
    if movement.before is None or not movement.before > top >= movement.after:
        return MovementWords("up", f"▲ {change}", "", f"up {places}: {rank_before}")
    if relevant:
        note = f"rescued from {movement.before}"
        sentence = f"up {places}, rescued (judged relevant) into the top {top}: {rank_before}"
        return MovementWords("rescued", f"▲ {change}", note, sentence)
    note = f"entered from {movement.before}"
    sentence = f"up {places}, entered the top {top}: {rank_before}"
    return MovementWords("entered", f"▲ {change}", note, sentence)
