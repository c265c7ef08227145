"""Parity: do two rankers that should be the same agree, and does each agree with itself?

A page of its own beside Quality: it needs neither judgments nor a saved run.
"""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import empty, error, notice, plain
from components.search.headline import headline
from engine.quality.parity.sentence import verdict
from engine.share.figures.parity_figures import parity_figures
from engine.types.parity.report import ParityReport
from jobs.job import Job
from jobs.visitor_jobs import Slot
from pages.quality.parity.form import form
from pages.quality.parity.results import results
from pages.search.loaded_corpus import opened
from pages.search.others_work import others_work
from state import url_state
from state.ended_jobs import is_news
from state.polling import redraw_while
from state.quality import parity
from state.share import shown_figures

FIRST_GLANCE = 0.3


def so_far(job: Job[ParityReport]) -> None:
    """How far the comparison is, with the verdict so far, and a way out."""
    job_progress(job.progress, key="cancel_parity", cancel=job.cancel, cancelled=job.cancelled)
    if job.value is not None:
        st.markdown(plain(f"So far: {verdict(job.value)}."))


def show(job: Job[ParityReport]) -> None:
    """The progress of a comparison, or what came of it."""
    if job.running:
        if not redraw_while(lambda: job.running, lambda: so_far(job)):
            st.rerun()  # it ended since this looked
        return
    if job.error is not None and is_news(job):
        error(url_state.error_message(job.error))
    if job.value is not None:
        report, info = job.value, loaded.corpus.info
        shown_figures.show(lambda: parity_figures(report, info))
        results(report, info.name, dark=url_state.is_dark())
    elif job.cancelled and is_news(job):
        notice("Cancelled before a query was finished.")


chosen = url_state.current()
loaded = opened(chosen, of_query=False)
head = st.empty()
job = parity.job_of(loaded.corpus.info.fingerprint)
if job is not None:
    job.wait(FIRST_GLANCE)
with head:
    headline(
        f"{verdict(job.value)}."
        if job is not None and job.value is not None and not job.running
        else "Do two rankers that should be the same agree?"
    )
form(loaded, at_work=job is not None and job.running)
others_work(Slot.PARITY, but=job)
if job is None or (not job.running and job.value is None and not is_news(job)):
    empty(
        "Nothing was compared yet",
        "Choose two that should give the same: the cross-encoder in fp32 and by the fast backend, "
        "the local one and your server's /rerank (add it under Models), last week's saved run and "
        "today's. Both score the same queries and candidates; no judgments are needed.",
    )
else:
    show(job)
