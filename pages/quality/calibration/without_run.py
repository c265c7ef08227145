"""Quality without a run: what to do, and the part that needs none."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.common.messages import empty
from pages.quality.calibration.calibration import calibration_view
from pages.quality.link_names import CALIBRATION, RESULTS
from state import url_state
from state.app_resources import LoadedCorpus

PART = "quality_part"


def without_run(loaded: LoadedCorpus, head: Any) -> None:
    """The calibration where it was asked for; else how to run, and the way to it."""
    if url_state.widget_value(PART) == CALIBRATION:
        if st.button("Back to the runs", key="leave_calibration"):
            url_state.choose_next(**{PART: RESULTS})
        calibration_view(loaded, head, dark=url_state.is_dark())
        return
    empty(
        "Nothing was measured yet",
        "Choose what to compare and press Run: every query goes through every pipeline, each "
        "pair of query and document is read once, and the results are kept with this corpus.",
    )
    if st.button("What does a score mean here? (needs no run)", key="calibrate_without_run"):
        url_state.choose_next(**{PART: CALIBRATION})
