"""Quality, calibration: how often judged pairs of a logit are relevant, and two fits of it."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from components.quality.calibration.calibration_tables import bins_table, errors_table
from components.quality.calibration.reliability_chart import reliability_chart
from engine.quality.calibration.report import CalibrationReport
from engine.quality.calibration.sentences import BIAS, BINS_NOTE


def reliability(report: CalibrationReport, *, dark: bool) -> None:
    """The picture, the errors of the fits and the bins; or why there are none."""
    calibration = report.calibration
    if calibration is None:
        notice(f"No calibration: {report.calibration_problem}.")
        return
    with stage.picture("reliability"):
        reliability_chart(calibration, report.floor.floor, dark=dark, key="reliability_chart")
    if stage.is_on():
        return
    st.caption(plain(BIAS))
    errors_table(calibration, key="calibration_errors")
    st.caption(plain(BINS_NOTE))
    if calibration.why:
        notice(f"Platt: {calibration.why}.")
    with st.expander("The judged pairs by logit"):
        bins_table(calibration, key="calibration_bins")
