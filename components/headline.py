"""The one sentence above a comparison that anybody can read."""

from __future__ import annotations

import streamlit as st

from components.messages import plain


def headline(text: str) -> None:
    """Draw the sentence large."""
    with st.container(key="headline"):
        st.markdown(f"#### {plain(text)}")
