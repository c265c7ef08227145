"""The lessons as their files are now, with the results that are shipped with them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from engine.learn.library import FOLDER, PLAN, lesson_library
from engine.learn.traces import results_of, trace_path
from engine.types.learn.lessons import Lesson, LessonError, LessonLibrary
from engine.types.learn.results import ShowResult


def lessons() -> LessonLibrary:
    """Every lesson, and what is wrong with the other files; read anew where one has changed."""
    files = sorted((*FOLDER.glob("*.md"), FOLDER / PLAN))
    return _read(str(FOLDER), tuple((path.name, _changed(path)) for path in files))


def shipped(lesson: Lesson) -> dict[str, ShowResult]:
    """The shipped results by show; a show that was changed since, or a new lesson, has none."""
    try:
        return results_of(trace_path(lesson.path.parent, lesson.name), lesson)
    except LessonError:
        return {}


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(folder: str, files: tuple[tuple[str, int], ...]) -> LessonLibrary:  # noqa: ARG001
    """The library; `files` are their names and times, so that a changed one is read anew."""
    return lesson_library(Path(folder))


def _changed(path: Path) -> int:
    """When the file was written last, 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
