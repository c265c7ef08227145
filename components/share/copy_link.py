"""The button that copies the link of the view, and the dialog of a view too long for one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from components.common.browser_view import BrowserView
from components.common.downloads import download
from components.common.messages import plain

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_copy_link",
    html='<div class="copy"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def copy_link(made: str, *, left_out: Sequence[str], key: str) -> bool:
    """Draw the button; whether it was pressed just now for a view that is too long for a link.

    `made` says what the view is made with, `left_out` which names the address does not have.
    """
    with st.container(key=key):
        result = _MOUNT(
            data={"made": made, "left": list(left_out)},
            key=f"{key}_view",
            on_long_change=lambda: None,
        )
    return result.get("long") is not None


def long_view(
    left_out: Sequence[str],
    most: int,
    content: Callable[[], str],
    *,
    on_dismiss: Callable[[], None],
    key: str,
) -> None:
    """Draw, over the page, why there is no link and the file that takes its place."""
    dialog = st.dialog("Too long for a link", on_dismiss=on_dismiss)
    dialog(_long_view)(left_out, most, content, key)


def _long_view(left_out: Sequence[str], most: int, content: Callable[[], str], key: str) -> None:
    st.markdown(
        plain(
            f"A link holds at most {most:,} characters, and this view has more "
            f"({', '.join(left_out)}). Save it as a file and send that: “Open a saved view” on the "
            "start page shows the same."
        )
    )
    download(
        "Save the view",
        content,
        file_name="crossexam-view.json",
        mime="application/json",
        key=key,
        icon=None,
    )
