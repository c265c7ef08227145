"""What of a corpus could not be read as it was, said until it was read."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice
from state.corpora.library import put_notes_away, unread_notes


def notes() -> None:
    """Draw the notes that nobody put away yet, and the button that does."""
    sentences = unread_notes()
    for sentence in sentences:
        notice(sentence)
    if sentences:
        st.button("Put these notes away", key="put_notes_away", on_click=put_notes_away)
