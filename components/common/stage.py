"""Stage mode: a page's main picture alone, in letters that a room can read."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import streamlit as st

STAGE = "stage"  # in the session as in the URL
ON, OFF = "1", "0"


def is_on() -> bool:
    """Whether the page is shown to a room."""
    return bool(st.session_state.get(STAGE, OFF) == ON)


def switch() -> None:
    """Begin or end stage mode: a button's `on_click`."""
    st.session_state[STAGE] = OFF if is_on() else ON


def picture(name: str = "") -> AbstractContextManager[Any]:
    """A place for the page's main picture, beside which stage mode hides everything.

    A page with several gives each its name.
    """
    return st.container(key=f"stage_picture_{name}" if name else "stage_picture")


def stage_button(*, among_ways: bool = False) -> None:
    """Draw the way into stage mode, or out of it; `among_ways` as plain as those are."""
    if is_on():
        st.button("✕", key="stage_off", on_click=switch, help="Leave stage mode (s)")
    else:
        st.button(
            "Stage",
            key="stage_on",
            on_click=switch,
            type="tertiary" if among_ways else "secondary",
            help="The page's main picture alone, in large letters (s)",
        )
