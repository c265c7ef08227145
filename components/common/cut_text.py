"""Texts that are pasted longer than they may be: cut, and said so.

A field with `max_chars` refuses a longer paste without a word and keeps what stood in it.
"""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice


def cut_text(key: str, longest: int) -> None:
    """Cut the text of the widget with this key; for its `on_change`."""
    text = st.session_state.get(key) or ""
    if len(text) > longest:
        st.session_state[key] = text[:longest]
        st.session_state[_was(key)] = (text[:longest], len(text))


def cut_notice(key: str, what: str) -> None:
    """Say that the text was cut, for as long as it stands there as it was cut."""
    cut_text = st.session_state.get(_was(key))
    if cut_text is None or st.session_state.get(key) != cut_text[0]:
        return
    n_kept, n_pasted = len(cut_text[0]), cut_text[1]
    notice(
        f"{what} had {n_pasted:,} characters and was cut after the first {n_kept:,}: the last "
        f"{n_pasted - n_kept:,} take no part."
    )


def _was(key: str) -> str:
    return f"_cut_{key}"
