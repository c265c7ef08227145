"""The few rules of style that Streamlit has no setting for."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css")


def page_style() -> None:
    """Give every page the same headings, readable captions and buttons, and less empty space."""
    st.html(_CSS)


def page_name(title: str, section: str = "") -> None:
    """Name the page in a first heading, in the line of the navigation, which shows sections alone.

    `section` stands before it.
    """
    part = f'<span class="section">{html.escape(section)}</span>' if section else ""
    st.html(f'<div class="page-name">{part}<h1>{html.escape(title)}</h1></div>')
