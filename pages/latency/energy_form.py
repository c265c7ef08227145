"""Latency, energy: which queries are measured, at which watts, and what gains are counted over."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from engine.latency.energy import EnergyReport
from engine.types import FIRST_STAGES
from pages.latency.assumptions import watts
from pages.latency.link_names import JUDGED, MEASURED, MEASURED_QUERIES, OVER, THIS
from state import url_state
from state.latency.lab import Lab
from state.latency.measurements import judged_queries

USUAL_QUERIES = 25


def queries_and_watts(lab: Lab) -> tuple[int, float]:
    """(how many judged queries to measure, 0 for the query above; the assumed watts)."""
    queries_with_judgments = judged_queries(lab.request.loaded)
    choice_box, count_box, watts_box = st.columns([2, 1, 1], vertical_alignment="bottom")
    options = [THIS, JUDGED] if queries_with_judgments else [THIS]
    most = max(1, len(queries_with_judgments))
    usual_queries = min(USUAL_QUERIES, most)
    url_state.give_choice(MEASURED, MEASURED.session_key, options, options[-1])
    url_state.give_number(MEASURED_QUERIES, MEASURED_QUERIES.session_key, 1, most, usual_queries)
    query_choice = choice_box.segmented_control(
        "Queries",
        options,
        format_func=plain,
        default=options[-1],
        required=True,
        key=MEASURED.session_key,
        persist_state="session",
    )
    number = count_box.number_input(
        "How many",
        1,
        most,
        usual_queries,
        key=MEASURED_QUERIES.session_key,
        persist_state="session",
        disabled=query_choice != JUDGED,
        help=None if query_choice == JUDGED else "Only the query above is measured.",
    )
    with watts_box:
        draw = watts()
    return int(number) if query_choice == JUDGED else 0, draw


def baseline_choice(report: EnergyReport) -> str:
    """The ranking that the others are compared with; at first the reranker's own candidates."""
    stages = [stage for stage in FIRST_STAGES if stage in report.stages]
    url_state.give_choice(OVER, OVER.session_key, stages, report.settings.first_stage)
    chosen_stage = st.segmented_control(
        "Gains are counted over",
        stages,
        format_func=lambda stage: plain(stage_label(stage)),
        default=report.settings.first_stage,
        required=True,
        key=OVER.session_key,
        persist_state="session",
    )
    return str(chosen_stage) if chosen_stage in stages else report.settings.first_stage
