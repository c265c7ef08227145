"""Fields for a query and two documents of the visitor's own."""

from __future__ import annotations

import streamlit as st


def own_texts() -> tuple[str, tuple[str, str]]:
    """Draw the fields; returns the query and both documents, of which the second may be empty."""
    query = st.text_input("Query text", "python snake", key="own_query", persist_state="session")
    left, right = st.columns(2)
    first = left.text_area(
        "Document", "Ball python care guide", key="own_first", persist_state="session"
    )
    second = right.text_area(
        "Second document (may stay empty)",
        "Python programming tutorial",
        key="own_second",
        persist_state="session",
    )
    return query, (first, second)
