"""Add to walkthrough: what is shown becomes a step, with its link and a frozen copy of figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.keys import KEEP
from components.common.messages import error, plain
from components.common.stage import STAGE
from engine.share.walkthrough_editing import added
from engine.types import CrossExamError
from engine.types.share.walkthroughs import (
    LONGEST_HEADING,
    LONGEST_NOTE,
    QUALITY_PAGE,
    WalkthroughStep,
)
from state import url_state
from state.share.current_view import CurrentView
from state.share.kept_view import can_be_kept, frozen_view
from state.share.walkthrough_draft import draft, keep_draft

_KEEPING = "_keeping_step"  # the address of the page whose view is being kept


def keeper(page: str) -> Callable[[], None] | None:
    """What has the dialogue drawn over the page at this address; None where nothing can be kept."""
    return partial(_begin, page) if can_be_kept(page) else None


def keep_step(view: CurrentView, pressed: str | None) -> None:
    """Draw the dialogue where a button or the key that was `pressed` asked for it.

    Call before the page, which may stop.
    """
    if pressed == KEEP and can_be_kept(view.address):
        _begin(view.address)
    if can_be_kept(view.address) and st.session_state.get(_KEEPING) == view.address:
        _dialogue(view)
    else:
        _put_away()


def _begin(page: str) -> None:
    st.session_state[_KEEPING] = page


def _put_away() -> None:
    st.session_state.pop(_KEEPING, None)


@st.dialog("Add to walkthrough", on_dismiss=_put_away)
def _dialogue(view: CurrentView) -> None:
    """A heading and a note for the step; its link and figures are those of the page."""
    heading = st.text_input("Heading", view.title, max_chars=LONGEST_HEADING, key="step_heading")
    note = st.text_area(
        "Note", max_chars=LONGEST_NOTE, placeholder="What to look at", key="step_note"
    )
    live = view.address != QUALITY_PAGE and st.toggle(
        "Compute it anew when it is played",
        value=True,
        key="step_live",
        help="What moved since then is shown beside it. Otherwise the figures of now are shown.",
    )
    if view.address == QUALITY_PAGE:
        st.caption("A quality run takes minutes: its figures are played as they are now.")
    if not st.button("Add", type="primary", key="step_add"):
        return
    try:
        freezing = frozen_view(view)
        show_until_done(freezing, key=None)
        step = WalkthroughStep(
            view.address,
            {name: text for name, text in view.link.items() if name != STAGE},
            heading,
            note,
            snapshot=freezing.result(),
            live=bool(live),
        )
        keep_draft(added(draft(), step))
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    _put_away()
    number = len(draft().walkthrough.steps)
    st.toast(plain(f"Added as step {number}: see Pass it on, Walkthroughs."))
    st.rerun()
