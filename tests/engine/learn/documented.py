"""The lesson that docs/lessons.md shows, as text to change and as a lesson."""

from __future__ import annotations

from pathlib import Path

from engine.learn.lesson_file import lesson_from_text
from engine.types.learn.lessons import Lesson

DOCS = Path(__file__).parents[3] / "docs" / "lessons.md"


def documented() -> str:
    """The file as it stands in the page."""
    return DOCS.read_text("utf-8").split("````markdown\n")[1].split("````")[0]


def documented_lesson(name: str = "two-ways.md", text: str = "") -> Lesson:
    """The lesson, or one of this text."""
    return lesson_from_text(Path(name), text or documented())
