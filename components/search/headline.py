"""The one sentence above a comparison that anybody can read."""

from __future__ import annotations

import streamlit as st

from components.common.export.drawn_tables import keep_sentence
from components.common.messages import plain


def headline(text: str, detail: str | None = None, *, key: str = "headline") -> None:
    """Draw the sentence large, and `detail` below it; an empty detail keeps its line free.

    A page with several gives each its own key.
    """
    keep_sentence(text)
    with st.container(key=key, gap="xsmall"):
        st.markdown(f"## {plain(text)}")
        if detail is not None:
            st.markdown(plain(detail) or "&nbsp;")
