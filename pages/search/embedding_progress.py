"""How far the additional bi-encoders are with embedding the corpus, or why one is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types.ranker_names import stage_of
from jobs.job import Job
from state import url_state
from state.polling import redraw_while
from state.search import additional_encoders as encoders

FIRST_GLANCE = 1.0  # where the embeddings are kept, loading the model is all there is to do


def embedding_shown(searcher: Searcher, settings: Settings) -> list[str]:
    """The stages that have to wait for their embedding; their progress is drawn here.

    The page is drawn anew when one is done. Nothing is drawn where all are ready.
    """
    unready = encoders.unready(searcher, settings)
    for job in unready:
        job.wait(FIRST_GLANCE / len(unready))
    waiting = encoders.unready(searcher, settings)
    running = [job for job in waiting if job.running]
    if running:
        redrawn = redraw_while(
            lambda: all(job.running for job in running), lambda: _progress(running)
        )
        if not redrawn:
            st.rerun()  # one was done since this looked
    for number, job in enumerate(waiting):
        if not job.running:
            _ended(job, number)
    return [stage_of(str(job.key)) for job in waiting]


def _progress(running: Sequence[Job[Any]]) -> None:
    """How far each is."""
    for number, job in enumerate(running):
        job_progress(
            job.progress,
            key=f"cancel_embedding_{number}",
            cancel=job.cancel,
            cancelled=job.cancelled,
        )
    st.caption("Meanwhile it shares the processor with the searches, so they take longer.")


def _ended(job: Job[Any], number: int) -> None:
    label = stage_label(stage_of(str(job.key)))
    text_box, again_box = st.columns([5, 1], vertical_alignment="center")
    with text_box:
        if job.cancellation is not None:
            notice(f"{label}: {job.cancellation}; what was done is kept.")
        elif job.error is not None:
            error(f"{label}: {url_state.error_message(job.error)}")
    name = "Resume" if job.cancelled else "Try again"
    if again_box.button(plain(name), key=f"resume_embedding_{number}", width="stretch"):
        encoders.embeddings().resume(job)
        st.rerun()
