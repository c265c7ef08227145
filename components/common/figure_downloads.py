"""Downloads of a figure's numbers, as CSV and as JSON."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain


def export_buttons(name: str, csv: str, json: str, *, key: str) -> None:
    """Draw the two buttons in a row at the right; `name` becomes the files' name."""
    with st.container(horizontal=True, horizontal_alignment="right"):
        for kind, text, mime in (("CSV", csv, "text/csv"), ("JSON", json, "application/json")):
            st.download_button(
                plain(kind),
                text,
                file_name=f"crossexam-{name}.{kind.lower()}",
                mime=mime,
                key=f"{key}_{kind.lower()}",
                help=f"The numbers of this figure as {plain(kind)}, with the machine that they "
                "are from.",
                on_click="ignore",
            )
