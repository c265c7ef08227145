"""A ranker that a link names and that is not used until the visitor agrees."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from components.common.messages import notice


def offered_ranker(name: str, does: str, *, key: str) -> Literal["use", "leave", ""]:
    """Draw what using it means, and the two buttons; returns which was pressed just now."""
    notice(f"The link names the ranker {name}. It {does}, so it is not used until you agree.")
    with st.container(horizontal=True):
        if st.button("Use it", key=f"{key}_use"):
            return "use"
        if st.button("Leave it out", key=f"{key}_leave"):
            return "leave"
    return ""
