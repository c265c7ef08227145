"""The way from other pages to where a run of another system is attached."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import plain
from pages.corpora.link_names import RUNS
from state import url_state
from state.corpora.view import VIEW


def attach_link(key: str) -> None:
    """Draw it; not on stage."""
    if not stage.is_on() and st.button(
        plain("Attach a run of another system …"),
        key=f"attach_from_{key}",
        type="tertiary",
        help="A TREC run, JSON or CSV of what your search engine returned: a column here, a "
        "pipeline in Quality, and candidates to rerank.",
    ):
        url_state.set_next(**{VIEW: RUNS})
        url_state.leave_for("pages/corpora/corpora.py")
