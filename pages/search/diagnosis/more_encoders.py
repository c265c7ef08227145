"""Diagnose: bi-encoders that could be tried once they have embedded the corpus, with the price."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.common.job_progress import job_progress, rough
from components.common.messages import error, notice, plain
from components.common.wording import counted
from jobs.job import Job
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.polling import redraw_while
from state.search import more_encoders
from state.search.more_encoders import UnreadyEncoder


def more_encoders_offered(loaded: LoadedCorpus) -> None:
    """Draw a button and the price for each, or how far its embedding is."""
    jobs = more_encoders.embedding_jobs(loaded)
    running = [job for job in jobs if job.running]
    if running:
        redrawn = redraw_while(
            lambda: all(job.running for job in running),
            lambda: _progress(running),
        )
        if not redrawn:
            st.rerun()
        return
    for job in jobs:
        if job.error is not None:
            error(url_state.error_message(job.error))
    unready = more_encoders.unready_encoders(loaded)
    if not unready:
        return
    st.caption("Bi-encoders on this machine that have no vectors of this corpus, so are not tried:")
    if refused := refusal(Act.QUALITY_RUN):
        notice(refused)
        return
    for encoder in unready:
        left, right = st.columns([1.3, 3], vertical_alignment="center")
        short = encoder.model.rstrip("/").rsplit("/", 1)[-1]
        left.button(
            plain(f"Embed with {short}"),
            key=f"embed_{encoder.stage}",
            on_click=more_encoders.embed,
            args=(loaded, encoder.stage),
        )
        right.caption(plain(_price(encoder)))


def _progress(running: Sequence[Job[Any]]) -> None:
    """How far each embedding is."""
    for number, job in enumerate(running):
        job_progress(
            job.progress,
            key=f"cancel_embedding_{number}",
            cancel=job.cancel,
            cancelled=job.cancelled,
        )


def _price(encoder: UnreadyEncoder) -> str:
    """What it takes, and that it is kept."""
    documents = counted(encoder.documents, "document")
    took = (
        f"about {rough(encoder.seconds)} at the rate measured here with other texts"
        if encoder.seconds is not None
        else "its rate was not measured here, so how long is shown once it runs"
    )
    return f"{documents} to embed once, {took}. The vectors are kept; then it is tried."
