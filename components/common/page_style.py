"""The few rules of style that Streamlit has no setting for."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

_CSS = Path(__file__).with_suffix(".css")
_STAGE_CSS = _CSS.with_name("stage.css")


def page_style(*, stage: bool = False) -> None:
    """Give every page the same headings, readable captions and buttons, and less empty space.

    With `stage` what only the desk needs is hidden, and all letters are large.
    """
    st.html(_CSS)
    if stage:
        st.html(_STAGE_CSS)


def page_name(title: str, section: str = "") -> None:
    """Name the page in a first heading, in the line of the navigation, which shows sections alone.

    `section` stands before it.
    """
    part = f'<span class="section">{html.escape(section)}</span>' if section else ""
    st.html(f'<div class="page-name">{part}<h1>{html.escape(title)}</h1></div>')
