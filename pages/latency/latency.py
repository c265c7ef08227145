"""Latency: what the last search cost, step by step, and the lab that measures the rest."""

from __future__ import annotations

import streamlit as st

from components.common.expert import view_choice
from components.common.messages import empty, error
from components.search.headline import headline
from engine.types import CrossExamError
from jobs.visitor_jobs import Slot
from pages.latency import ann as latency_ann
from pages.latency import batches as latency_batches
from pages.latency import depth as latency_depth
from pages.latency import energy as latency_energy
from pages.latency import scale as latency_scale
from pages.latency import this_search as latency_search
from pages.latency.link_names import LAB
from pages.latency.parts import measuring
from pages.search.embedding_progress import embedding_shown
from pages.search.job_shown import job_shown
from pages.search.loaded_corpus import opened
from pages.search.others_work import others_work
from state import url_state
from state.latency.lab import lab
from state.search import search_jobs as searches

FIRST_GLANCE = 0.2
SECTIONS = {
    "search": "This search",
    "depth": "Depth",
    "scale": "Scale",
    "energy": "Energy",
}
EXPERT = {"batches": "Batch size", "ann": "ANN"}

chosen = url_state.current()
loaded = opened(chosen)

if not chosen.query:
    empty(
        "Type a query to time a search",
        "Every step of the search is timed as it runs: shared words, two vectors computed apart, "
        "and the cross-encoder's reading of each pair. Then measure it again, cold and warm, and "
        "see what depth, batches, a million documents, an approximate index and energy are worth.",
    )
    st.stop()

embedding_shown(loaded.searcher, chosen.settings)
search = searches.search(loaded.searcher, chosen.query, chosen.settings)
job = search.job
job.wait(FIRST_GLANCE)


if job.running:
    headline("Timing this search …")
    job_shown(job)
    st.stop()
if job.problem is not None or search.trace is None:
    error(
        url_state.error_message(
            job.problem or CrossExamError("the search was stopped: run it again")
        )
    )
    st.stop()

here = lab(loaded, chosen.query, chosen.settings)
dark = url_state.is_dark()
url_state.begin_with(LAB.name, LAB.default)
section = view_choice(
    "What to measure",
    list(SECTIONS),
    list(EXPERT),
    switch_names="batch size, ANN",
    key=LAB.name,
    format_func={**SECTIONS, **EXPERT}.__getitem__,
)
running = st.container()
others_work(Slot.MEASUREMENT)
if here.running is not None:
    with running:
        measuring(here.running)
if section == "depth":
    latency_depth.show(here, search.trace, dark=dark)
elif section == "batches":
    latency_batches.show(here, dark=dark)
elif section == "scale":
    latency_scale.show(here, dark=dark)
elif section == "ann":
    latency_ann.show(here, dark=dark)
elif section == "energy":
    latency_energy.show(here, dark=dark)
else:
    latency_search.show(here, search.trace, dark=dark)
