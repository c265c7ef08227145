"""The shows of a lesson computed live: those of its first view, and what a learner runs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from engine.learn.traces import labelled
from engine.types import CrossExamError
from engine.types.learn.lessons import Lesson, Show
from engine.types.learn.results import ShowResult
from jobs.job import Job
from state.app_resources import workbench

SOON = 4.0  # seconds that a page waits for a run before it is drawn without its result
_RUN = "lesson_run"
_OPENED = "lesson_opened"


@dataclass(frozen=True, slots=True)
class LearnerRun:
    """What a learner had computed last, and its job.

    `error` is why nothing was begun; `first_asked` says that nobody had asked the same before.
    """

    run_id: str
    show: Show
    query: str
    texts: Mapping[str, str]
    job: Job[ShowResult] | None = None
    error: str = ""
    first_asked: bool = True

    @property
    def running(self) -> bool:
        return self.job is not None and _is_open(self.job)

    @property
    def result(self) -> ShowResult | None:
        """Under this lesson's labels, None while there is none."""
        if self.job is None or self.job.value is None:
            return None
        return labelled(self.job.value, self.show)

    @property
    def problem(self) -> str:
        """Why there is no result, "" while there may be one."""
        problem = self.job.error if self.job is not None else None
        return self.error or (str(problem) if problem is not None else "")


class LiveShows:
    """The live results of a lesson's own shows, which take over from the shipped ones and stay.

    Nothing is begun by the first drawing of a lesson, which has the shipped results to show.
    """

    def __init__(self, lesson: Lesson) -> None:
        self._lesson = lesson
        opened = (lesson.name, lesson.language)
        before, jobs = st.session_state.get(_OPENED, (None, {}))
        self._begun = before == opened
        self._jobs: dict[str, Job[ShowResult]] = jobs if self._begun else {}
        st.session_state[_OPENED] = (opened, self._jobs)
        if self._begun:
            self._ask()

    def _ask(self) -> None:
        for name, show in self._lesson.shows.items():
            if name not in self._jobs or _is_open(self._jobs[name]):
                self._jobs[name] = workbench().lessons.ask(show)

    @property
    def running(self) -> bool:
        """Whether one of the results is still to come."""
        shows = self._lesson.shows
        return any(name not in self._jobs or _is_open(self._jobs[name]) for name in shows)

    @property
    def results(self) -> dict[str, ShowResult]:
        """Those that are there, by show."""
        return {
            name: labelled(job.value, self._lesson.shows[name])
            for name, job in self._jobs.items()
            if job.value is not None
        }

    @property
    def state(self) -> str:
        """ "loading", "ready", or the sentence of what failed."""
        if self.running:
            return "loading"
        problems = [job.error for job in self._jobs.values() if job.error is not None]
        return str(problems[0]) if problems else "ready"


def begin_run(run_id: str, show: Show, query: str, texts: Mapping[str, str]) -> LearnerRun:
    """Have a show computed with a learner's query and texts; equal questions share one job."""
    asked_at = time.monotonic()
    try:
        job = workbench().lessons.ask(show, query=query, texts=texts)
    except CrossExamError as problem:
        run = LearnerRun(run_id, show, query, texts, error=str(problem))
    else:
        first = job.started >= asked_at
        run = LearnerRun(run_id, show, query, texts, job, first_asked=first)
    st.session_state[_RUN] = run
    return run


def last_run() -> LearnerRun | None:
    """What this visitor had computed last; while there is no result, it is asked for again.

    So the job learns that somebody waits for it, and one that was dropped as nobody seemed to
    is begun anew.
    """
    run: LearnerRun | None = st.session_state.get(_RUN)
    if run is not None and run.job is not None and _is_open(run.job):
        job = workbench().lessons.ask(run.show, query=run.query, texts=run.texts)
        if job is not run.job:
            run = st.session_state[_RUN] = replace(run, job=job)
    return run


def _is_open(job: Job[ShowResult]) -> bool:
    """Whether it may still give a result: at work, or dropped since nobody seemed to wait."""
    return job.value is None and job.error is None
