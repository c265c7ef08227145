"""A lesson on the screen: the shipped results at once, the live ones as they come."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.downloads import download
from components.common.export.save_picture import save_picture
from components.common.export.source import say_source
from components.common.messages import plain
from components.learn.lesson.lesson_view import RunRequest, RunState, lesson_events, lesson_view
from components.learn.lesson.lesson_words import LANGUAGE_NAMES
from components.learn.worksheet import worksheet
from engine.types import CrossExamError
from engine.types.learn.lessons import Lesson, LessonLibrary
from engine.types.learn.results import ShowResult
from pages.share.keep_step import own_keep_button
from state import url_state
from state.learn import lesson_address
from state.learn.lesson_files import shipped
from state.learn.live_shows import SOON, LearnerRun, LiveShows, begin_run, last_run

KEY = "lesson"


def lesson_on_screen(lesson: Lesson, library: LessonLibrary) -> None:
    """Draw the lesson; what concerns no room stands above it."""
    recorded = shipped(lesson)
    if not stage.is_on():
        _above(lesson, library, recorded)
    with stage.picture():
        say_source(f"lesson {lesson.name}, {lesson.language}")
        _lesson(lesson, recorded, _following(lesson, library))


@st.fragment
def _lesson(lesson: Lesson, recorded: dict[str, ShowResult], following: Lesson | None) -> None:
    """The lesson itself: what is run in it, or arrives from the models, draws nothing else anew."""
    events = lesson_events(lesson, key=KEY)
    if events.opened is not None:
        lesson_address.open_lesson(events.opened, in_language=lesson.language)
        st.rerun()
    if events.run is not None:
        _begin(lesson, events.run)
    live = LiveShows(lesson)
    lesson_view(
        lesson,
        shipped=recorded,
        live=live.results,
        live_state=live.state,
        run=_state(_run_of(lesson)),
        start=lesson_address.step(),
        following=following,
        key=KEY,
    )


def _above(lesson: Lesson, library: LessonLibrary, recorded: dict[str, ShowResult]) -> None:
    """The ways out of the lesson: to the list, into another language, onto paper, to a room."""
    ways = st.container(horizontal=True, vertical_alignment="center", key="lesson_ways")
    with ways:
        if st.button("← All lessons", key="all_lessons", type="tertiary"):
            lesson_address.open_lesson("")
            st.rerun()
        for language in library.languages(lesson.name):
            if language == lesson.language:
                continue
            name = LANGUAGE_NAMES.get(language, language)
            if st.button(plain(name), key=f"language_{language}", type="tertiary"):
                lesson_address.change_language(language)
                st.rerun()
        download(
            "Worksheet",
            lambda: worksheet(lesson, recorded),
            file_name=f"{lesson.name}-{lesson.language}.html",
            mime="text/html",
            key="worksheet",
            note="To print, on A4 or Letter; the answers stand on a page of their own.",
            icon=None,
            kind="tertiary",
        )
        own_keep_button("lessons", ways)
        stage.stage_button(among_ways=True)
        save_picture(KEY, title="", name=f"lesson {lesson.name}", label="Save this step:")


def _begin(lesson: Lesson, request: RunRequest) -> None:
    """Begin what the learner wants computed, and wait a little: most of it is there at once."""
    run = begin_run(request.run_id, lesson.shows[request.show], request.query, dict(request.texts))
    if run.job is not None:
        run.job.wait(SOON)


def _run_of(lesson: Lesson) -> LearnerRun | None:
    """The learner's last run, where it was one of this lesson."""
    run = last_run()
    return run if run is not None and run.show in lesson.shows.values() else None


def _state(run: LearnerRun | None) -> RunState | None:
    """How far the run is, for the screen."""
    if run is None:
        return None
    problem = run.problem and url_state.error_message(CrossExamError(run.problem))
    return RunState(run.run_id, run.result, problem, run.first_asked)


def _following(lesson: Lesson, library: LessonLibrary) -> Lesson | None:
    """The lesson after this one, in its language where there is one."""
    names = list(dict.fromkeys(each.name for each in library.lessons))
    after = names[names.index(lesson.name) + 1 :][:1]
    return library.lesson(after[0], lesson.language) if after else None
