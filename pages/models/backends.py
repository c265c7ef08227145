"""What runs the models: the backends measured on this machine, and measuring them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import error, notice, plain
from components.models.models_table import backends_table, unmeasured_sentence
from engine.types import ModelCard
from jobs.visitor_jobs import Slot
from pages.search.job_shown import job_shown
from pages.search.others_work import others_work
from state.ended_jobs import is_news
from state.models.catalogue import backend_benchmark, measure_backends
from state.permissions import Act, refusal


def backend_parts(cards: Sequence[ModelCard]) -> None:
    """Draw what each backend gave, and a button that measures them anew."""
    st.header("What runs them", anchor=False)
    st.markdown(
        "The same weights can be run by several backends. Of those measured on this machine, the "
        "fastest whose scores stay within 0.05 logits (cosines: 0.005) of fp32 torch, and whose "
        "drift's 99th percentile on 240 calibration pairs is at most 0.06 logits, runs a model "
        "from the next start on: it scores in the mode *fast*. In *exact* a backend of fp32 does, "
        "in *fastest* the one that is marked so. Explanations always use fp32 torch."
    )
    for card in cards:
        if card.backend is not None and card.backend.figures:
            st.markdown(f"**{plain(card.name)}**: {plain(card.backend.reason)}")
            backends_table(card, card.backend, key=f"backends {card.name}")
    if unmeasured := unmeasured_sentence(cards):
        st.caption(plain(unmeasured))
    job = backend_benchmark()
    others_work(Slot.BACKEND_BENCHMARK, but=job)
    if job is not None and job.running:
        job_shown(job, key="cancel_backends")
        return
    if job is not None and is_news(job):
        if job.error is not None:
            error(str(job.error))
        elif job.cancelled:
            notice("Cancelled. What was measured before stays.")
    if refused := refusal(Act.SERVER_SETTINGS):
        notice(refused)
        return
    if st.button("Measure the backends (about a minute)", key="measure_backends"):
        measure_backends()
        st.rerun()
