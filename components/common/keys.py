"""The keys of a page: heard in the browser, wherever nobody types, and listed by "?"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.common import stage
from components.common.browser_view import BrowserView
from components.common.plain_table import TableCell, TableColumn, plain_table

HELP, STAGE, KEEP = "?", "s", "w"
_LISTED = "_keys_listed"  # the address of the page whose keys are listed just now
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_keys",
    html="<div></div>",
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)
EVERYWHERE = (
    ("/", "to the query"),
    ("s", "stage mode: the main picture alone, in large letters; again to leave it"),
    ("l", "copy the link of this view"),
    ("b", "in stage mode, a black screen; again to light it"),
    ("w", "keep what a page shows, with its figures, as a step of a walkthrough"),
    ("?", "this list"),
)
OF_PAGE = {
    "compare": (
        ("arrows", "from card to card, the first time to the first one"),
        ("Enter", "open the card in Attention"),
        ("Esc", "follow no document"),
    ),
    "inside": (
        ("Space →", "the next step; ← the one before"),
        ("Esc", "close the layer that is open"),
    ),
    "attention": (
        ("arrows", "from word to word, once one has the focus"),
        ("Enter", "pin the word; Esc lets it go"),
    ),
    "quality": (
        ("0 1 2 3", "in the list to judge: give the grade"),
        ("U", "in the list to judge: take the last one back"),
        ("Enter R", "in a machine's list: accept the grade, or turn it down"),
    ),
    "blind-vote": (
        ("← →", "the list at the left, or at the right, is better"),
        ("= T", "a tie; B: both are bad"),
        ("W", "to the word why, and Enter back; U takes the last vote back"),
    ),
    "lessons": (
        ("→ Enter", "in a lesson, the next step; ← the one before"),
        ("1 2 3", "choose this answer"),
        ("↑ ↓", "on the handle of a card that you put into order: move it"),
    ),
    "walkthroughs": (
        ("→ ←", "while one is played, the next step and the one before; Space goes on too"),
        ("f", "from the figures of now to those that were kept, and back"),
        ("Esc", "end"),
    ),
    "what-if": (("Delete", "on a word: take it out"),),
}


def keys(*, on_stage: bool, key: str = "keys") -> str | None:
    """Listen; return the key that was pressed just now and is the server's to answer.

    A change of the system's colour scheme draws the page anew, charts in the other colours.
    """
    result = _MOUNT(
        data={"stage": on_stage},
        key=key,
        on_pressed_change=lambda: None,
        on_scheme_change=lambda: None,
    )
    return result.pressed if result.pressed in (HELP, STAGE, KEEP) else None


def keys_of(address: str) -> Sequence[tuple[str, str]]:
    """(key, what it does) of the page at this address, those of every page last."""
    return (*OF_PAGE.get(address, ()), *EVERYWHERE)


def listen(address: str) -> str | None:
    """Do what the key that was pressed just now asks for, on the page at this address.

    Returns the key where it is for the app to answer.
    """
    pressed = keys(on_stage=stage.is_on())
    if pressed == STAGE:
        stage.switch()
        st.rerun()
    if pressed == HELP:
        st.session_state[_LISTED] = address
    # Kept until it is closed: a page that is drawn anew meanwhile, as a search ends, keeps it.
    if st.session_state.get(_LISTED) == address:
        show_keys(address)
    else:
        _put_away()
    return KEEP if pressed == KEEP else None


def _put_away() -> None:
    st.session_state.pop(_LISTED, None)


@st.dialog("Keys of this page", on_dismiss=_put_away)
def show_keys(address: str) -> None:
    """Draw the list over the page."""
    plain_table(
        [TableColumn("Key"), TableColumn("What it does", words=True)],
        [[TableCell(name), TableCell(meaning)] for name, meaning in keys_of(address)],
        caption="Keys of this page",
        key="keys_table",
    )
    st.caption("No key is heard while you type in a field.")
