"""Which walkthrough is played: the address says it, so that a link or a reload plays the same."""

from __future__ import annotations

import streamlit as st

from engine.types.share.walkthroughs import Walkthrough
from state.share.live_steps import end_live_steps
from state.share.walkthrough_draft import draft, opened_walkthrough
from state.share.walkthrough_files import shipped
from state.url_state import STAGE

PLAY = "play"  # the name in the address
DRAFT, FILE = "draft", "file"  # beside the names of those that ship with the app
LONGEST = 80
_ON, _OFF = "1", "0"  # stage mode, as a link says it


def played_name() -> str:
    """The name of what the address says is played, "" for nothing."""
    return str(st.query_params.get(PLAY, ""))[:LONGEST]


def walkthrough() -> Walkthrough | None:
    """The walkthrough that is played, None where none is or where it has no step."""
    name = played_name()
    if name == DRAFT:
        chosen: Walkthrough | None = draft().walkthrough
    elif name == FILE:
        chosen = opened_walkthrough()
    else:
        chosen = shipped().get(name)
    return chosen if chosen is not None and chosen.steps else None


def play(name: str) -> None:
    """Play this one, in stage mode: a button's `on_click`."""
    st.session_state[STAGE] = _ON
    st.query_params[PLAY] = name


def end() -> None:
    """Play no longer, and leave stage mode."""
    end_live_steps()
    st.session_state[STAGE] = _OFF
    st.query_params.pop(PLAY, None)
