"""The one sentence above a comparison that anybody can read."""

from __future__ import annotations

import streamlit as st

from components.messages import plain


def headline(text: str) -> None:
    """Draw the sentence large."""
    st.markdown(f"#### {plain(text)}")
