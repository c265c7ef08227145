"""The few rules of style that Streamlit has no setting for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css")


def page_style() -> None:
    """Give the page less empty space above its content."""
    st.html(_CSS)
