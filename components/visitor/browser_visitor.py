"""The visitor's id as the browser keeps it: nothing is drawn."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.common.browser_view import BrowserView

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_visitor",
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def browser_visitor(issued: str, *, key: str) -> str | None:
    """The id that this browser has from an earlier visit; without one it keeps `issued`."""
    with st.container(key=key):  # hidden by the page's style: it would take a line
        result = _MOUNT(data={"issued": issued}, key=f"{key}_view", on_kept_change=lambda: None)
    kept = result.get("kept")
    return str(kept) if kept else None
