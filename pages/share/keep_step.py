"""Add to walkthrough: what is shown becomes a step, with its link and a frozen copy of figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.export import drawn_tables
from components.common.job_progress import show_until_done
from components.common.keys import KEEP
from components.common.messages import error, plain
from components.common.shared_bar import keep_button
from components.common.stage import STAGE
from components.share.browser_address import browser_address
from engine.share.walkthrough_editing import added
from engine.types import CrossExamError
from engine.types.share.snapshots import Snapshot
from engine.types.share.walkthroughs import (
    LONGEST_HEADING,
    LONGEST_NOTE,
    WalkthroughStep,
    can_be_live,
    shows_tables,
)
from state import url_state
from state.ended_jobs import begin_place
from state.share import shown_figures
from state.share.app_pages import written_by_browser
from state.share.current_view import CurrentView, with_values
from state.share.kept_view import can_be_kept, frozen_view, pinned
from state.share.walkthrough_draft import draft, keep_draft

_KEEPING = "_keeping_step"  # the address of the page whose view is being kept
_SAID = "_said_by_browser"  # what its address says, of the names that the browser writes


def keeper(page: str) -> Callable[[], None] | None:
    """What has the dialogue drawn over the page at this address; None where nothing can be kept."""
    return partial(_begin, page) if can_be_kept(page) else None


def own_keep_button(page: str, place: DeltaGenerator) -> None:
    """Draw the button that keeps what this page shows, for a page that has no bar."""
    keep_button(place, keeper(page), among_ways=True)


def keep_step(view: CurrentView, pressed: str | None) -> None:
    """Draw the dialogue where a button or the key that was `pressed` asked for it.

    Call before the page, which may stop.
    """
    if shows_tables(view.address, view.link):
        shown_figures.show_tables(view.title, drawn_tables.sentence(), drawn_tables.tables())
    if pressed == KEEP and can_be_kept(view.address):
        _begin(view.address)
    if can_be_kept(view.address) and st.session_state.get(_KEEPING) == view.address:
        _dialogue(view)
    else:
        _put_away()


def begin_page(address: str) -> None:
    """Forget what the page at this address showed, and note that it is the one visited.

    Call before it is drawn.
    """
    begin_place()
    shown_figures.begin(address)
    drawn_tables.begin()


def _begin(page: str) -> None:
    st.session_state[_KEEPING] = page


def _put_away() -> None:
    st.session_state.pop(_KEEPING, None)
    st.session_state.pop(_SAID, None)


@st.dialog("Add to walkthrough", on_dismiss=_put_away)
def _dialogue(view: CurrentView) -> None:
    """A heading and a note for the step; its link and figures are those of the page."""
    view = pinned(_as_browser_says(view))
    heading = st.text_input("Heading", view.title, max_chars=LONGEST_HEADING, key="step_heading")
    note = st.text_area(
        "Note", max_chars=LONGEST_NOTE, placeholder="What to look at", key="step_note"
    )
    live = can_be_live(view.address, view.link) and st.toggle(
        "Compute it anew when it is played",
        value=True,
        key="step_live",
        help="What moved since then is shown beside it. Otherwise the figures of now are shown.",
    )
    if not can_be_live(view.address, view.link):
        st.caption("It is played as it is now: this page's figures are not computed anew.")
    with st.container(horizontal=True):
        adds = st.button("Add", type="primary", key="step_add")
        if st.button("Cancel", key="step_cancel"):
            _put_away()
            st.rerun()
    if not adds:
        return
    try:
        snapshot = _frozen(view)
        step = WalkthroughStep(
            view.address,
            {name: text for name, text in view.link.items() if name != STAGE},
            heading,
            note,
            snapshot=snapshot,
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


def _frozen(view: CurrentView) -> Snapshot | None:
    """The figures of the view, None where it has none of its own."""
    freezing = frozen_view(view)
    if freezing is None:
        return None
    show_until_done(freezing, key="cancel_freezing")
    return freezing.result()


def _as_browser_says(view: CurrentView) -> CurrentView:
    """The view with what the browser wrote into the address without asking the server."""
    names = written_by_browser(view.address)
    if not names:
        return view
    known = st.session_state.get(
        _SAID, {name: view.link[name] for name in names if name in view.link}
    )
    said = browser_address(names, known, key="browser_address")
    if said is not None:
        st.session_state[_SAID] = known = said
    return with_values(view, names, known)
