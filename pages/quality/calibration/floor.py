"""Quality, calibration: the floor for the wanted precision, and what Compare goes by."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from engine.quality.calibration.sentences import (
    below_floor_sentence,
    floor_sentence,
    kept_sentence,
)
from state.permissions import Act, refusal
from state.quality import calibration as calibrations
from state.quality.calibration import Looked


def floor_section(looked: Looked) -> None:
    """The floor in sentences; the button that has Compare go by it."""
    result = looked.report.floor
    st.subheader(plain(f"From which logit on is {result.precision:.0%} relevant?"), anchor=False)
    sentence = floor_sentence(result)
    if result.floor is None:
        notice(sentence)
    else:
        below = below_floor_sentence(*looked.report.below_floor)
        st.markdown(plain(f"{sentence} {below}".rstrip()))
    if stage.is_on():
        return
    kept = looked.kept
    st.caption(plain(kept_sentence(kept)))
    is_same = kept is not None and (kept.floor, kept.from_grade) == (
        result.floor,
        looked.report.from_grade,
    )
    if result.floor is None or is_same or refusal(Act.QUALITY_RUN):
        return
    if st.button(
        "Use this floor in Compare",
        key="use_floor",
        disabled=not looked.report.complete,
        help=None if looked.report.complete else "Measure the rest first.",
    ):
        calibrations.use_floor(looked)
        st.rerun()
