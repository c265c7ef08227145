"""Which changes of the address are an entry for the browser's Back: nothing is drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.common.browser_view import BrowserView

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_browser_history",
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def browser_history(
    entries: Sequence[str], leading_on: Sequence[str], own: Sequence[str], *, page: str, key: str
) -> None:
    """Have the browser keep an entry for another page and for a change of one of these names.

    `own` are the names that the page's view writes into the address by itself: they stay there.
    `leading_on` are the addresses that only lead to another, `page` is the one that is drawn:
    each drawing says so, for the browser may have gone elsewhere since it was asked for.
    """
    data = {
        "entries": list(entries),
        "leadingOn": list(leading_on),
        "own": list(own),
        "page": page,
        "drawn": time.time_ns(),  # so that the same page, drawn again, is told again
    }
    with st.container(key=key):  # hidden by the page's style: it would take a line
        _MOUNT(data=data, key=f"{key}_view")
