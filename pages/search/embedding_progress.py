"""How far the additional bi-encoders are with embedding the corpus, or why one is not."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.cancel_button import cancel_button
from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.preparing import sentence
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancelled
from engine.types.ranker_names import stage_of
from state import url_state as choices
from state.search import additional_encoders as encoders
from state.search.additional_encoders import Embedding

REDRAW_SECONDS = 0.3
FIRST_GLANCE = 1.0  # where the embeddings are kept, loading the model is all there is to do


def embedding_shown(searcher: Searcher, settings: Settings) -> list[str]:
    """The stages that have to wait for their embedding; their progress is drawn here.

    The page is drawn anew when one is done. Nothing is drawn where all are ready.
    """
    found = encoders.unready(searcher, settings)
    for one in found:
        one.wait(FIRST_GLANCE / len(found))
    waiting = encoders.unready(searcher, settings)
    running = [one for one in waiting if one.running]
    if running:
        st.fragment(_progress, run_every=REDRAW_SECONDS)(running)
    for number, one in enumerate(waiting):
        if not one.running:
            _ended(one, number)
    return [stage_of(one.name) for one in waiting]


def _progress(running: Sequence[Embedding]) -> None:
    """How far each is; the fragment ends with the first that is done."""
    for number, one in enumerate(running):
        if not one.running:
            st.rerun()
        bar, stop = st.columns([5, 1], vertical_alignment="center")
        status = one.status
        text = "Stopping …" if one.cancelled else sentence(status)
        bar.progress(status.fraction or 0.0, text=plain(text))
        cancel_button(
            stop,
            key=f"cancel_embedding_{number}",
            on_click=one.cancel,
            cancelled=one.cancelled,
        )
    st.caption("Meanwhile it shares the processor with the searches, so they take longer.")


def _ended(one: Embedding, number: int) -> None:
    label = stage_label(stage_of(one.name))
    words, again = st.columns([5, 1], vertical_alignment="center")
    with words:
        if isinstance(one.error, Cancelled):
            notice(f"{label}: {one.error}; what was done is kept.")
        elif one.error is not None:
            error(f"{label}: {choices.check(one.error)}")
    name = "Resume" if one.cancelled else "Try again"
    if again.button(plain(name), key=f"resume_embedding_{number}", width="stretch"):
        encoders.embeddings().resume(one)
        st.rerun()
