"""What the sections of the Latency page share: progress, outcomes, downloads."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components.common.downloads import export_buttons
from components.common.messages import error, notice, plain
from engine.latency.figure_export import Value
from engine.latency.figure_tables import FigureTable
from jobs.experiments import Experiment
from jobs.job import Job
from pages.search.job_shown import job_shown
from state import url_state
from state.ended_jobs import is_news
from state.latency.lab import Lab


def measuring(job: Job[Any]) -> None:
    """How far a measurement is, and a way out; the page is drawn anew when it ended."""
    job_shown(job, key="cancel_measuring")


def outcome(experiment: Experiment[Any]) -> None:
    """Why the last measuring of this experiment ended without a result, if it did."""
    job = experiment.job
    if job is None or job.running or not is_news(job):
        return
    if job.error is not None:
        error(url_state.error_message(job.error))
    elif job.cancelled:
        has_result = experiment.result is not None
        notice("Cancelled." + (" The figures below are the earlier ones." if has_result else ""))


def why_busy(lab: Lab) -> str | None:
    """Why nothing else can be measured now, None where it can."""
    return (
        "Another measurement is running: two at once would slow each other." if lab.busy else None
    )


def start_button(lab: Lab, experiment: Experiment[Any], label: str, key: str) -> bool:
    """Whether the visitor starts this measurement now; while another runs it cannot be."""
    text = label if experiment.result is None else "Measure again"
    first = experiment.result is None
    return st.button(
        plain(text),
        key=key,
        type="primary" if first else "secondary",
        disabled=lab.busy,
        help=why_busy(lab),
    )


def footing(lab: Lab, name: str, table: FigureTable, about: dict[str, Value]) -> None:
    """The hardware, and the figure's numbers to take away."""
    text_box, buttons_box = st.columns([4, 1.2], vertical_alignment="top")
    text_box.caption(plain(lab.hardware_in_words()))
    with buttons_box:
        csv, json = lab.exported(name, table.columns, table.rows, about)
        export_buttons(name, csv, json, key=f"export_{name}")
