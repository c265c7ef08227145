"""Diagnose, on request: the words that separate the document from the one above it.

Integrated gradients of two pairs take seconds, so causes do not wait for them.
"""

from __future__ import annotations

import streamlit as st

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.explain.pairwise import difference
from engine.search.diagnosis.causes.separating import separating_evidence
from engine.types import DocumentStore
from engine.types.diagnosis.causes import Cause, Diagnosis
from engine.types.registries.explanation_methods import ALL_PADDED, INTEGRATED_GRADIENTS
from pages.explain.sections.explanation_results import explanations_ready
from state.explain import attributions
from state.explain.attributions import attribution_request

FIRST_GLANCE = 0.25


def separating_words(store: DocumentStore, diagnosis: Diagnosis, cause: Cause) -> None:
    """Draw the button, the progress of the attribution, or the words."""
    query, key = diagnosis.case.query, f"words_{cause.kind.name}"
    (above,) = store.get([cause.other])
    requests = [
        attribution_request(query, text, INTEGRATED_GRADIENTS.name, ALL_PADDED)
        for text in (above.content, diagnosis.document.content)
    ]
    queue = attributions.queue()
    is_known = all(queue.result(request) is not None for request in requests)
    if not is_known and not queue.requested(requests[:1]):
        st.button(
            "Which words separate it from the one above?",
            key=key,
            type="tertiary",
            icon=":material/match_word:",
            on_click=queue.request,
            args=(requests[0],),
            help="Integrated gradients of both pairs, subtracted: it takes seconds.",
        )
        return
    queue.want(requests)
    queue.wait(requests, FIRST_GLANCE)
    if explanations_ready(requests, key):
        evidence = separating_evidence(difference(*map(queue.result, requests)))
        plain_table(
            [TableColumn("Evidence"), TableColumn("What was seen", words=True)],
            [[TableCell(each.label), TableCell(each.value)] for each in evidence],
            caption="Words that separate it from the one above",
            key=f"{key}_table",
        )
