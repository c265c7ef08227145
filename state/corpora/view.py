"""What a visitor sees of the Corpora page: which view, and what they were asked there."""

from __future__ import annotations

import streamlit as st

VIEW = "corpus_view"
_DRAWN, _DELETE_PENDING = "_corpus_drawn", "_delete_pending"


def begin(view: str) -> None:
    """Show this view first; call before the choice of views is drawn."""
    st.session_state.setdefault(VIEW, view)


def is_new(*drawn: str) -> bool:
    """Whether the last run drew something else, which must go before this is drawn."""
    new: bool = st.session_state.get(_DRAWN) != drawn
    st.session_state[_DRAWN] = drawn
    return new


def draw_anew() -> None:
    """Have the next run clear the page before it draws."""
    st.session_state.pop(_DRAWN, None)


def ask_to_delete(name: str) -> None:
    """Remember that the visitor wants to delete a corpus and is now asked whether to."""
    st.session_state[_DELETE_PENDING] = name


def is_delete_pending(name: str) -> bool:
    """Whether the visitor is asked about this corpus."""
    return bool(st.session_state.get(_DELETE_PENDING) == name)


def end_delete() -> None:
    """Ask no more: the corpus was deleted, or is kept."""
    st.session_state.pop(_DELETE_PENDING, None)
