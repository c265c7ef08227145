"""Explanations of the visitor's queue as they come: their progress, a failure, and their check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice
from components.common.wording import counted
from components.explain.attribution.faithfulness_chart import faithfulness_chart
from state import url_state
from state.explain import attributions
from state.explain.attributions import AttributionRequest
from state.polling import redraw_while

REDRAW_SECONDS = 0.4


def _working(requests: Sequence[AttributionRequest], key: str) -> None:
    """How far these explanations are, and a way out."""
    queue = attributions.queue()
    if queue.working_on(requests):
        job_progress(queue.progress, key=f"cancel_{key}", cancel=queue.stop)
    else:
        st.caption("Waiting for its turn …")


def explanations_ready(requests: Sequence[AttributionRequest], key: str) -> bool:
    """Whether all of these are there; else their progress, or why they are not, is drawn."""
    queue = attributions.queue()
    if (problem := queue.error(requests)) is not None:
        error(url_state.error_message(problem))
    elif queue.stopped(requests):
        notice("Stopped. What was explained before stays.")
        st.button("Resume", key=f"resume_{key}", on_click=queue.resume)
    elif queue.waiting(requests):
        redrawn = redraw_while(
            lambda: bool(queue.waiting(requests)) and queue.busy,
            lambda: _working(requests, key),
            every=REDRAW_SECONDS,
        )
        if not redrawn and not queue.waiting(requests):
            st.rerun()  # the last of them came since this looked
    else:
        return True
    return False


def check_of(request: AttributionRequest, key: str) -> None:
    """The check of one explanation: on request, for it takes a few hundred passes."""
    queue = attributions.queue()
    check = replace(request, check=True)
    if queue.result(check) is None and not queue.requested([check]):
        n_words = len(queue.result(request).of("document"))
        st.button(
            "Check this explanation",
            key=f"check_{key}",
            on_click=queue.request,
            args=(check,),
            help=f"Takes away the document's {counted(n_words, 'word')} (as the tokenizer splits "
            "them, a punctuation mark is one too) in the order that the explanation "
            "names, and in 20 random orders: up to 300 passes, about 4 s of one core for 100 "
            "words, less where another check took the same words away.",
        )
    elif explanations_ready([check], f"check_{key}"):
        faithfulness_chart(queue.result(check), dark=url_state.is_dark(), key=f"faithfulness_{key}")
