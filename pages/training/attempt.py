"""What a button does: the page is drawn anew, or says what is in the way."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.common.messages import error
from engine.types import CrossExamError
from state import url_state


def attempt(action: Callable[[], object]) -> None:
    """Do it and draw the page anew, or say what is in the way."""
    try:
        action()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        st.rerun()
