"""The list of lessons by group and the class plan; the browser marks what it has done."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from components.common.browser_view import BrowserView
from components.common.wording import counted
from components.learn.lesson.lesson_words import LANGUAGE_NAMES
from engine.types.learn.lessons import ClassPlan, Lesson

LESSON = "lesson"  # in the address
_HERE = Path(__file__)
_LEARN, _COMMON = _HERE.parents[1], _HERE.parents[2] / "common"
_MOUNT = BrowserView(
    "crossexam_lesson_list",
    html='<div class="lessons"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[
        _COMMON / "drawing_parts.js",
        _LEARN / "lesson" / "lesson_progress.js",
        _HERE.with_suffix(".js"),
    ],
)


def lesson_list(
    lessons: Sequence[Sequence[Lesson]], plan: ClassPlan | None, *, key: str
) -> str | None:
    """Draw lessons and plan; returns the name of the lesson that was chosen just now, else None.

    `lessons` are those of each name, one for each language, the one to list first.
    """
    titles = {each[0].name: each[0].title for each in lessons}
    data = {
        "intro": _intro(lessons),
        "groups": _groups(lessons),
        "plan": None if plan is None else _plan(plan, titles),
    }
    result = _MOUNT(data=data, key=key, on_opened_change=lambda: None)
    opened = result.get("opened")
    return opened if any(opened == each[0].name for each in lessons) else None


def _intro(lessons: Sequence[Sequence[Lesson]]) -> str:
    return (
        f"{counted(len(lessons), 'lesson')}, each with real models inside: predict what they do, "
        "see it, say why, run it live, then try to break it."
    )


def _groups(lessons: Sequence[Sequence[Lesson]]) -> list[dict[str, Any]]:
    """Groups in the order of their first lesson, lessons numbered through."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, languages in enumerate(lessons, 1):
        lesson = languages[0]
        several = len(languages) > 1
        groups.setdefault(lesson.group, []).append(
            {
                "name": lesson.name,
                "address": _address(lesson.name),
                "number": number,
                "title": lesson.title,
                "summary": lesson.summary,
                "minutes": lesson.minutes,
                "languages": [_language(each) for each in languages] if several else [],
            }
        )
    return [{"name": name, "lessons": each} for name, each in groups.items()]


def _plan(plan: ClassPlan, titles: dict[str, str]) -> dict[str, Any]:
    ends = list(accumulate(part.minutes for part in plan.parts))
    return {
        "title": plan.title,
        "minutes": plan.minutes,
        "parts": [
            {
                "name": part.lesson,
                "address": _address(part.lesson),
                "title": titles.get(part.lesson, part.lesson),
                "minutes": part.minutes,
                "from": end - part.minutes,
                "to": end,
                "note": part.note,
            }
            for part, end in zip(plan.parts, ends, strict=True)
        ],
    }


def _language(lesson: Lesson) -> str:
    return LANGUAGE_NAMES.get(lesson.language, lesson.language)


def _address(name: str) -> str:
    return f"?{urlencode({LESSON: name})}"
