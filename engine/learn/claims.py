"""Whether what a lesson says about its numbers is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from engine.types.learn.columns import COLUMNS
from engine.types.learn.lessons import (
    ABOVE,
    BETWEEN,
    FIRST,
    LAST,
    MISSING,
    ORDER,
    RANK,
    TIMES,
    WITHIN,
    Claim,
    Lesson,
    LessonError,
)
from engine.types.learn.results import ShowResult


@dataclass(frozen=True, slots=True)
class BrokenClaim:
    """A claim that does not hold: in which lesson and step, and what is the case instead."""

    lesson: Lesson
    heading: str
    claim: Claim
    problem: str

    @property
    def error(self) -> LessonError:
        """The same as an error with file and line."""
        return LessonError(
            self.lesson.path, self.claim.line, f"step {self.heading!r}: {self.problem}"
        )


def broken_claims(lesson: Lesson, results: Mapping[str, ShowResult]) -> tuple[BrokenClaim, ...]:
    """The claims of a lesson that its results, by show, do not bear out."""
    return tuple(
        BrokenClaim(lesson, step.heading, claim, problem)
        for step in lesson.steps
        for claim in step.claims
        if (problem := why_broken(claim, results[step.show]))
    )


def why_broken(claim: Claim, result: ShowResult) -> str:
    """What is the case instead of the claim; "" where it holds."""
    values = result.values.get(claim.column, {})
    order = _order(claim.column, result)
    if claim.kind == MISSING:
        listed_keys = [key for key in claim.keys if key in order]
        return f"{claim.column} lists {', '.join(listed_keys)} after all" if listed_keys else ""
    unknown = [key for key in claim.keys if key not in values]
    if unknown:
        return f"{claim.column} has no value for {', '.join(unknown)}"
    first = claim.keys[0]
    numbers = ", ".join(f"{key} {values[key]:.4g}" for key in claim.keys)
    if claim.kind in (FIRST, LAST, RANK):
        place = {FIRST: 1, LAST: len(order)}.get(claim.kind) or int(claim.numbers[0])
        occupant = order[place - 1] if place <= len(order) else "nothing"
        rank_phrase = f"rank {order.index(first) + 1}" if first in order else "no rank"
        return (
            ""
            if occupant == first
            else (f"{claim.column} has {occupant} at rank {place}, and {first} at {rank_phrase}")
        )
    if claim.kind == ORDER:
        holds = all(_stands_above(a, b, order, values) for a, b in pairwise(claim.keys))
        return "" if holds else f"{claim.column} does not order them so: {numbers}"
    compared = [values[key] for key in claim.keys]
    if claim.kind == ABOVE:
        (by,) = claim.numbers
        gap = compared[0] - compared[1]
        holds = gap > 0 and gap >= by
        return "" if holds else f"{claim.column}: {numbers}, which is a gap of {gap:.4g}"
    if claim.kind == TIMES:
        (times,) = claim.numbers
        return "" if compared[0] >= times * compared[1] else f"{claim.column}: {numbers}"
    if claim.kind == BETWEEN:
        low, high = claim.numbers
        return "" if low <= compared[0] <= high else f"{claim.column}: {numbers}"
    assert claim.kind == WITHIN, claim.kind
    (width,) = claim.numbers
    spread = max(compared) - min(compared)
    return "" if spread <= width else f"{claim.column}: {numbers}, which is {spread:.4g} apart"


def _order(column: str, result: ShowResult) -> tuple[str, ...]:
    """The column's keys best first; of a column that does not rank, by value."""
    if COLUMNS[column].ranks and column in result.order:
        return result.order[column]
    values = result.values.get(column, {})
    return tuple(sorted(values, key=lambda key: (-values[key], key)))


def _stands_above(a: str, b: str, order: tuple[str, ...], values: Mapping[str, float]) -> bool:
    if a in order and b in order:
        return order.index(a) < order.index(b)
    return values[a] > values[b]
