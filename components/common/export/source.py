"""What a saved picture says of itself in its last line: from which corpus, query and models."""

from __future__ import annotations

import streamlit as st

_SOURCE = "_picture_source"


def say_source(text: str) -> None:
    """From here on, this page's pictures are of that."""
    st.session_state[_SOURCE] = text


def source() -> str:
    """The source line of this page's pictures."""
    said = str(st.session_state.get(_SOURCE, ""))
    return " · ".join(filter(None, ("CrossExam", said)))
