"""A query and a document as text that can be rewritten."""

from __future__ import annotations

import streamlit as st

from components.common.cut_text import cut_notice, cut_text
from components.common.messages import plain

LONGEST_TEXT = 20_000


def text_fields(query: str, document: str, *, version: str, longest_query: int) -> tuple[str, str]:
    """Draw a field for each text; returns what stands in them. A new `version` starts anew."""
    query_text = _field("Query", query, f"own_words_query_{version}", 70, longest_query)
    document_text = _field(
        "Document",
        document,
        f"own_words_document_{version}",
        340,
        max(LONGEST_TEXT, len(document)),
    )
    st.caption("Ctrl+Enter, or a click elsewhere, scores what you wrote.")
    return query_text, document_text


def _field(label: str, text: str, key: str, height: int, longest: int) -> str:
    """What stands in a field that cuts a longer text, and says so."""
    written = st.text_area(
        plain(label), text, key=key, height=height, on_change=cut_text, args=(key, longest)
    )
    cut_notice(key, f"The {label.lower()}")
    return written
