"""The folder of lessons: every file that can be read, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from engine.learn.lesson_file import SUFFIX, lesson_from_file
from engine.learn.yaml_fields import yaml_value
from engine.types.learn.lessons import (
    ClassPlan,
    Lesson,
    LessonError,
    LessonLibrary,
    PlanPart,
    lesson_name,
)

FOLDER = Path(__file__).parent.parent.parent / "lessons"
PLAN = "plan.yaml"


def lesson_library(folder: Path = FOLDER) -> LessonLibrary:
    """All lessons of the folder, by order and language; one bad file stops no other.

    The plan may name a lesson whose file has an error.
    """
    lessons: list[Lesson] = []
    errors: list[LessonError] = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            lessons.append(lesson_from_file(path))
        except LessonError as error:
            errors.append(error)
    lessons.sort(key=lambda lesson: (lesson.order, lesson.name, lesson.language))
    plan = None
    if (folder / PLAN).is_file():
        try:
            files = {lesson_name(path) for path in folder.glob(f"*{SUFFIX}")}
            plan = class_plan(folder / PLAN, files)
        except LessonError as error:
            errors.append(error)
    return LessonLibrary(tuple(lessons), tuple(errors), plan)


def class_plan(path: Path, names: Collection[str]) -> ClassPlan:
    """The plan of a class; raises LessonError for a lesson that is none of `names`."""
    try:
        source = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LessonError(path, 1, f"cannot be read ({error}): save it as UTF-8") from None
    fields = yaml_value(path, source, 1, "the plan").fields(("title", "parts"))
    parts = []
    for item in fields.need("parts").items(1, 20):
        part = item.fields(("lesson", "minutes", "note"))
        parts.append(
            PlanPart(
                lesson=part.need("lesson").choice(sorted(names)),
                minutes=part.need("minutes").whole(1, 90),
                note=part.text("note"),
            )
        )
    return ClassPlan(fields.need("title").text(120), tuple(parts))
