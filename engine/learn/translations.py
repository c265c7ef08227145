"""Whether the languages of a lesson say the same about the same numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engine.learn.traces import question_of
from engine.types.learn.lessons import Claim, Lesson, LessonError, Step

_SAME = ("kind", "show", "lights", "rank", "by", "reveal", "suggest", "edit")


def differences(original: Lesson, translation: Lesson) -> Iterator[LessonError]:
    """What of a translation is not the original's, each with the line of the translation."""
    path = translation.path
    for field in ("order", "minutes"):
        if getattr(original, field) != getattr(translation, field):
            yield LessonError(path, 1, f"{field} is not that of {original.path.name}")
    if list(original.shows) != list(translation.shows):
        names = ", ".join(original.shows)
        yield LessonError(path, 1, f"its shows are not those of {original.path.name}: {names}")
        return
    for name, show in translation.shows.items():
        if question_of(show) != question_of(original.shows[name]):
            yield LessonError(
                path,
                show.line,
                f"show {name} is not that of {original.path.name}: take its query, columns and "
                "texts as they are there",
            )
    if len(original.steps) != len(translation.steps):
        yield LessonError(
            path,
            1,
            f"has {len(translation.steps)} steps, {original.path.name} {len(original.steps)}",
        )
        return
    for theirs, ours in zip(original.steps, translation.steps, strict=True):
        for field in _SAME:
            if getattr(theirs, field) != getattr(ours, field):
                yield LessonError(
                    path,
                    ours.line,
                    f"step {ours.heading!r}: {field} is not that of {original.path.name}",
                )
        for field, value, other in _details(theirs, ours):
            if value != other:
                yield LessonError(
                    path,
                    ours.line,
                    f"step {ours.heading!r}: {field} are not those of {original.path.name}",
                )


def _details(theirs: Step, ours: Step) -> Iterator[tuple[str, Any, Any]]:
    """What is compared without its words or lines."""
    yield "claims", _claims(theirs), _claims(ours)
    yield (
        "the right choices",
        [choice.right for choice in theirs.choices],
        [choice.right for choice in ours.choices],
    )
    yield "the documents of why", sorted(theirs.why), sorted(ours.why)


def _claims(step: Step) -> list[Claim]:
    return [replace(claim, line=0) for claim in step.claims]
