"""Diagnose, the findings: the sentence, the chain and the causes as they come."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common import stage
from components.common.job_progress import job_progress
from components.common.messages import error, plain
from components.common.wording import counted
from components.search.diagnosis.cause_card import cause_card
from components.search.diagnosis.chain_table import chain_table
from components.search.headline import headline
from engine.search.diagnosis.causes.separating import can_be_separated
from engine.search.diagnosis.sentence import diagnosis_sentence
from engine.types import DocumentStore
from engine.types.diagnosis.causes import Cause, Diagnosis
from jobs.job import Job
from pages.search.diagnosis.separating_words import separating_words
from state import url_state

PAGES = {
    "compare": "pages/search/compare.py",
    "corpora": "pages/corpora/corpora.py",
    "explain": "pages/explain/explain.py",
    "latency": "pages/latency/latency.py",
    "quality": "pages/quality/quality.py",
    "truncation": "pages/explain/truncation.py",
    "what-if": "pages/explain/what_if.py",
}


def findings(job: Job[Diagnosis], store: DocumentStore, remedy: str = "") -> None:
    """Draw what is there so far, and how far the rest is; `remedy` is a sentence of its own."""
    if job.error is not None:
        error(url_state.error_message(job.error))
        return
    diagnosis = job.value
    if diagnosis is not None:
        with stage.picture():
            headline(diagnosis_sentence(diagnosis), remedy or None, key="headline_diagnose")
            st.caption(plain(f"{diagnosis.pipeline}, {counted(diagnosis.of, 'document')}"))
            chain_table(diagnosis, key="chain")
        if diagnosis.causes and not stage.is_on():
            st.subheader("What keeps it there, by what undoing it is worth", anchor=False)
            if not diagnosis.case.wanted:
                st.caption("For a document that should not be there, a greater rank is the better.")
            for number, cause in enumerate(diagnosis.causes, 1):
                key = f"cause_{cause.kind.name}"
                more = None
                if not job.running and can_be_separated(cause):
                    more = partial(separating_words, store, diagnosis, cause)
                if cause_card(number, cause, before=diagnosis.rank, key=key, more=more):
                    _open(diagnosis, cause)
    if job.running:
        job_progress(
            job.progress, key="cancel_diagnosis", cancel=job.cancel, cancelled=job.cancelled
        )


def _open(diagnosis: Diagnosis, cause: Cause) -> None:
    """Open the page that shows this cause, with the document and what it is held against."""
    if diagnosis.in_corpus:
        url_state.set_next(**{url_state.DOCUMENT: diagnosis.document.doc_id})
        if cause.other:
            url_state.set_next(**{url_state.SECOND: cause.other})
    url_state.leave_for(PAGES[cause.kind.page])
