"""The rankers that a link names and that nobody agreed to yet."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error
from components.common.palette import stage_label
from components.share.offered_ranker import offered_ranker
from engine.types import CrossExamError
from engine.types.ranker_names import stage_of
from state import url_state
from state.share import link_rankers


def offered_rankers() -> None:
    """Draw each with what using it means; use or forget it as the visitor says."""
    for number, name in enumerate(link_rankers.offered()):
        answer = offered_ranker(
            stage_label(stage_of(name)), link_rankers.what_it_does(name), key=f"offered_{number}"
        )
        if answer == "leave":
            link_rankers.leave_out(name)
            st.rerun()
        if answer == "use":
            try:
                link_rankers.agree(name)
            except CrossExamError as problem:
                error(url_state.error_message(problem))
            else:
                st.rerun()
