"""Quality, calibration: queries that no document answers, told apart by a ranker's best score."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from components.common.palette import stage_label
from components.quality.calibration.best_scores import best_scores
from components.quality.calibration.calibration_tables import separation_table
from components.quality.calibration.risk_coverage import risk_coverage_chart
from engine.quality.calibration.report import CalibrationReport
from engine.quality.calibration.sentences import RISK_NOTE, separation_sentence, sets_sentence
from engine.types import CROSS_ENCODER
from pages.quality.link_names import BEST_OF

WITHOUT = (
    "This corpus brings no queries that it cannot answer, so nothing shows how well a best score "
    "tells them apart. Put them into a file “unanswerable.jsonl” beside “queries.jsonl”, in the "
    "same form, and import the folder; “senses” has such a file."
)


def answers(report: CalibrationReport, has_unanswerable: bool, *, dark: bool) -> None:
    """Each ranker's separation in a table, one ranker's best scores, and risk against coverage."""
    if stage.is_on():
        return
    st.subheader("Does the best score tell when there is no answer?", anchor=False)
    if not has_unanswerable:
        notice(WITHOUT)
        return
    if not report.separations:
        notice(f"Not known: {report.separation_problem}.")
        return
    st.markdown(plain(f"{separation_sentence(report)}."))
    st.caption(plain(sets_sentence(report)))
    separation_table(report.separations, key="separation_table")
    stages = [each.stage for each in report.separations]
    chosen = st.segmented_control(
        "Best score of",
        stages,
        default=CROSS_ENCODER if CROSS_ENCODER in stages else stages[0],
        required=True,
        format_func=lambda name: plain(stage_label(name)),
        key=BEST_OF.session_key,
        persist_state="session",
    )
    separation = report.separation(str(chosen)) or report.separations[0]
    floor = report.floor.floor
    is_cross_encoder = separation.stage == CROSS_ENCODER
    best_scores(
        separation,
        floor.score if floor is not None and is_cross_encoder else None,
        dark=dark,
        key=f"best_scores_{separation.stage}",
    )
    risk_coverage_chart(report.separations, dark=dark, key="risk_coverage")
    st.caption(plain(RISK_NOTE))
