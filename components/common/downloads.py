"""Downloads: the one button for them, and the two of a figure's numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import streamlit as st

from components.common.messages import plain


def download(
    label: str,
    content: Callable[[], str | bytes],
    *,
    file_name: str,
    mime: str,
    key: str | None = None,
    place: Any = st,
    note: str = "",
    icon: str | None = "⬇️",
    width: Literal["content", "stretch"] = "content",
    kind: Literal["secondary", "tertiary"] = "secondary",
) -> None:
    """Draw a button that gives what `content` returns as a file; `place` is a column or the page.

    The file is written on the click. An earlier one lies at an address that ends with the next
    drawing, and the browser, which asks whether it is there, then says that it is not.
    """
    place.download_button(
        plain(label),
        content,
        file_name=file_name,
        mime=mime,
        key=key,
        help=plain(note) or None,
        on_click="ignore",
        icon=icon,
        width=width,
        type=kind,
    )


def export_buttons(name: str, csv: str, json: str, *, key: str) -> None:
    """Draw the two buttons in a row at the right; `name` becomes the files' name."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        for kind, text, mime in (("CSV", csv, "text/csv"), ("JSON", json, "application/json")):
            download(
                kind,
                partial(str, text),
                file_name=f"crossexam-{name}.{kind.lower()}",
                mime=mime,
                key=f"{key}_{kind.lower()}",
                note=f"The numbers of this figure as {kind}, with the machine that they are from.",
                icon=None,
            )
