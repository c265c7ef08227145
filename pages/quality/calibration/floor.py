"""Quality, calibration: the floor for the wanted precision, and what Compare goes by."""

from __future__ import annotations

import math

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from engine.quality.calibration.floor import LEAST_PRECISION
from engine.quality.calibration.sentences import (
    below_floor_sentence,
    floor_sentence,
    kept_sentence,
)
from pages.quality.link_names import FLOOR_PRECISION
from state import url_state
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
    if result.reachable is not None and result.reachable >= LEAST_PRECISION:
        reachable = math.floor(result.reachable * 100) / 100
        if st.button(f"Show the floor for {reachable:.0%}", key="reachable_floor"):
            url_state.choose_next(**{FLOOR_PRECISION.session_key: reachable})
    st.caption(plain(kept_sentence(looked.kept)))
    if not refusal(Act.QUALITY_RUN):
        _kept_floor(looked)


def _kept_floor(looked: Looked) -> None:
    """The buttons that have Compare go by another floor, or by none."""
    kept, report = looked.kept, looked.report
    buttons = st.container(horizontal=True)
    is_same = kept is not None and (kept.floor, kept.from_grade) == (
        report.floor.floor,
        report.from_grade,
    )
    if (
        report.floor.floor is not None
        and not is_same
        and buttons.button(
            "Use this floor in Compare",
            key="use_floor",
            disabled=not report.complete,
            help=None if report.complete else "Measure the rest first.",
        )
    ):
        calibrations.use_floor(looked)
        st.rerun()
    if kept is not None and buttons.button("Keep no floor", key="forget_floor"):
        calibrations.forget_floor(looked)
        st.rerun()
