"""Walkthroughs: those that ship with the app, one from a file, and the visitor's own."""

from __future__ import annotations

import streamlit as st

from components.common.messages import empty, error, plain
from components.common.wording import counted
from components.search.headline import headline
from engine.share.walkthrough_editing import changed
from engine.types import CrossExamError
from engine.types.share.walkthroughs import Walkthrough
from pages.share.draft_editor import draft_editor
from pages.share.walkthrough_playing import playing
from state import url_state
from state.share import played
from state.share.walkthrough_draft import draft, keep_draft, keep_opened, opened_walkthrough
from state.share.walkthrough_files import read, shipped

MOST_MEGABYTES = 8


def list_of_walkthroughs() -> None:
    """What can be played, the way to open a file, and the visitor's own below."""
    headline(
        "Show a search change, step by step",
        "Each step is a view of this app with a heading, a note and the figures that it showed. "
        "It plays in large letters with the arrow keys; Esc ends it.",
    )
    for name, walkthrough in shipped().items():
        _line(walkthrough, name)
    opened = opened_walkthrough()
    if opened is not None:
        _line(opened, played.FILE, origin="from your file")
    with st.expander("Open a walkthrough from a file"):
        _file_opener()
    st.header("Your own walkthrough", anchor=False)
    if not draft().walkthrough.steps and not draft().earlier:
        empty(
            "No step yet",
            "Search for something, then press “Add to walkthrough” above the page, or the key w. "
            "It is there on every page that shows figures, on lessons and on blind votes.",
        )
        return
    draft_editor()


def _line(walkthrough: Walkthrough, name: str, origin: str = "") -> None:
    """A walkthrough's title with its number of steps and the buttons that copy and play it."""
    title_box, facts_box, copy_box, button_box = st.columns(
        [4, 2, 1.2, 1], vertical_alignment="center"
    )
    title_box.markdown(f"**{plain(walkthrough.title or 'Without a title')}**")
    facts = [counted(len(walkthrough.steps), "step"), origin]
    facts_box.caption(plain(", ".join(filter(None, facts))))
    copy_box.button(
        "Edit a copy",
        key=f"copy_{name}",
        on_click=_make_own,
        args=(walkthrough,),
        width="stretch",
        help="Its steps become your own walkthrough; Undo brings back what stood there.",
    )
    button_box.button(
        "Play", key=f"play_{name}", on_click=played.play, args=(name,), width="stretch"
    )


def _make_own(walkthrough: Walkthrough) -> None:
    """Have these steps as the visitor's own walkthrough, which can be taken back."""
    keep_draft(changed(draft(), walkthrough))


def _file_opener() -> None:
    """Reads a file, shows what is wrong with it, and keeps what can be played."""
    file = st.file_uploader(
        "A walkthrough's file (JSON)",
        type="json",
        key="walkthrough_file",
        max_upload_size=MOST_MEGABYTES,
    )
    if file is None or st.session_state.get("_walkthrough_read") == file.file_id:
        return
    try:
        walkthrough = read(file.getvalue(), file.name)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    st.session_state["_walkthrough_read"] = file.file_id
    keep_opened(walkthrough)
    st.rerun()


if (walkthrough := played.walkthrough()) is not None:
    playing(walkthrough)
else:
    list_of_walkthroughs()
