"""The few rules of style that Streamlit has no setting for."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css")


def page_style() -> None:
    """Give every page the same headings, readable captions and buttons, and less empty space."""
    st.html(_CSS)


def page_name(title: str) -> None:
    """Name the page in a first heading for those who hear it; the navigation shows it to others."""
    st.html(f'<h1 class="page-name">{html.escape(title)}</h1>')
