"""Lessons: the list with the class plan, or the lesson that the address names."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from components.common import stage
from components.common.messages import error, notice
from components.common.wording import counted
from components.learn.lesson_list.lesson_list import lesson_list
from engine.types.learn.lessons import LessonLibrary
from pages.learn.lesson_on_screen import lesson_on_screen
from state.learn import lesson_address
from state.learn.lesson_files import lessons


def all_lessons(library: LessonLibrary) -> None:
    """The list, and below it what is wrong with files that cannot be read."""
    by_name = groupby(
        sorted(library.lessons, key=lambda each: (each.order, each.name)), lambda each: each.name
    )
    listed = [sorted(each, key=lambda one: one.language != "en") for _, each in by_name]
    if not listed:
        notice("There is no lesson that can be read.")
    else:
        with stage.picture():
            chosen = lesson_list(listed, library.plan, key="lesson_list")
        if chosen is not None:
            lesson_address.open_lesson(chosen)
            st.rerun()
    if library.errors:
        st.subheader(f"{counted(len(library.errors), 'lesson file')} cannot be read", anchor=False)
        for problem in library.errors:
            error(str(problem))


library = lessons()
name = lesson_address.opened()
lesson = library.lesson(name, lesson_address.language()) if name else None
if lesson is not None:
    lesson_on_screen(lesson, library)
else:
    if name:
        notice(f"There is no lesson named {name!r}: choose one of these.")
    all_lessons(library)
