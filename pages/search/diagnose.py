"""Diagnose: why a document is not on top, what keeps it there, and cases that must hold."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import empty, plain
from engine.types.diagnosis.cases import Case
from pages.search.diagnosis.cases import cases_section, keep_button
from pages.search.diagnosis.findings import findings
from pages.search.diagnosis.question import question, what_to_name
from pages.search.diagnosis.remedies import remedies_section, remedy_so_far
from pages.search.loaded_corpus import opened
from state import url_state
from state.polling import redraw_while
from state.search import diagnoses
from state.search import search_jobs as searches
from state.search.diagnoses import frozen_diagnosis
from state.share import shown_figures

FIRST_GLANCE = 0.3

chosen = url_state.current()
loaded = opened(chosen)
if not chosen.query:
    empty(
        "Why is my document not on top?",
        "Type a query above, then name the document that you expected: it is followed through "
        "every stage, and each cause is undone to measure what it is worth.",
    )
    cases_section(loaded, chosen.settings)
    st.stop()

search = searches.search(loaded.searcher, chosen.query, chosen.settings)
asked = question(loaded, chosen.query)
if asked is None:
    st.caption(plain(what_to_name(loaded, chosen.query)))
else:
    document = asked.expected.document
    case = Case(chosen.query, document.doc_id, asked.top, asked.wanted)
    job = diagnoses.diagnosis(loaded, search, case, asked.expected)
    job.wait(FIRST_GLANCE)
    remedy = remedy_so_far(loaded, search, case, asked.expected)
    redrawn = redraw_while(lambda: job.running, lambda: findings(job, loaded.corpus.store, remedy))
    if job.value is not None and job.value.complete:
        shown_figures.show(frozen_diagnosis(loaded, chosen.settings, job.value))
    if not redrawn and job.value is not None and not stage.is_on():
        if asked.expected.in_corpus:
            keep_button(loaded, case)
        if not job.value.met and job.value.complete:
            remedies_section(loaded, search, case, asked.expected)
if not stage.is_on():
    cases_section(loaded, chosen.settings)
