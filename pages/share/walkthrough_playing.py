"""A walkthrough on the screen: its frozen figures at once, those of now as they are computed."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error
from components.share.player.player import PlayedStep, player
from engine.types import CrossExamError
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep
from jobs.job import Job
from state import url_state
from state.polling import redraw_while
from state.share import app_pages, played
from state.share.live_steps import LiveStep, LiveSteps, live_steps, token_of

KEY = "walkthrough"


def playing(walkthrough: Walkthrough) -> None:
    """Draw the player until the visitor ends it or opens a step's view."""
    job = live_steps(walkthrough)
    redraw_while(lambda: job.running, lambda: _player(walkthrough, job))


def _player(walkthrough: Walkthrough, job: Job[LiveSteps]) -> None:
    computed = job.value or {}
    steps = [
        _played(step, computed.get(number), job) for number, step in enumerate(walkthrough.steps)
    ]
    with stage.picture():
        events = player(
            walkthrough.title,
            steps,
            token=token_of(walkthrough),
            pages=app_pages.page_titles(),
            key=KEY,
        )
    if events.ended:
        played.end()
        st.rerun()
    if events.opened is not None:
        _open(walkthrough.steps[events.opened])


def _played(step: WalkthroughStep, live: LiveStep | None, job: Job[LiveSteps]) -> PlayedStep:
    """A step as far as it is computed."""
    if live is not None:
        problem = live.problem
        return PlayedStep(step, live.now, live.differences, problem=problem)
    waiting = step.live and job.running
    problem = str(job.problem) if step.live and job.problem is not None else ""
    return PlayedStep(step, waiting=waiting, problem=problem)


def _open(step: WalkthroughStep) -> None:
    """Leave the player for the page that the step is a view of."""
    try:
        app_pages.open_page(step.page, step.link)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
