"""Latency, this search: the same search again, cold and warm."""

from __future__ import annotations

import streamlit as st

from components.common.wording import humanised
from components.latency.charts import spread
from components.latency.table import StageFigures, latency_table
from components.latency.time_axis import LOG, axis_choice
from engine.latency.figure_tables import runs_table
from engine.latency.repeated_searches import (
    DEFAULT_RUNS,
    LEAST_RUNS,
    MOST_RUNS,
    OTHER,
    TOTAL,
    LatencyReport,
    cold_seconds,
    stage_latencies,
)
from pages.latency.parts import footing, outcome, why_busy
from state.latency.lab import Lab


def repeated_runs(lab: Lab, *, dark: bool) -> None:
    """Draw the button that measures again, and what the last measuring gave."""
    st.subheader("Measure again, cold and warm", anchor=False)
    st.markdown(
        "One search is an anecdote. This repeats it: first **cold**, with the models loaded anew "
        "from their files and no text remembered (the index and the libraries stay in memory), "
        "then **warm**, with the models that serve this page. No score is taken from memory."
    )
    if set(lab.request.settings.rerankers) - set(lab.request.repeated.rerankers):
        st.caption(
            "Additional rerankers are left out of all that is measured again, for some cost money; "
            "additional bi-encoders take part."
        )
    number, start, _ = st.columns([1.2, 1.2, 3], vertical_alignment="bottom")
    runs = number.number_input(
        "Warm runs",
        LEAST_RUNS,
        MOST_RUNS,
        DEFAULT_RUNS,
        step=5,
        key="latency_runs",
        persist_state="session",
    )
    if start.button(
        "Measure again", key="measure_runs", disabled=lab.busy, help=why_busy(lab), width="stretch"
    ):
        lab.measure_runs(int(runs))
        st.rerun()
    outcome(lab.runs)
    if lab.runs.result is not None:
        _report(lab, lab.runs.result, dark=dark)


def _report(lab: Lab, report: LatencyReport, *, dark: bool) -> None:
    samples, cold = report.samples, cold_seconds(report.cold)
    rows = stage_latencies(report)
    says, axis = st.columns([4, 1.3], vertical_alignment="bottom")
    with says:
        st.markdown(
            f"Loading the models took **{humanised(report.load_seconds)}** and the first search "
            f"with them **{humanised(cold[TOTAL])}**; a warm one takes "
            f"**{humanised(rows[-1].warm.p50)}** (p50 of {samples.runs:,})."
        )
    with axis:
        logarithmic = axis_choice(LOG, key="spread_axis")
    runs_by_stage = {stage: runs for stage, runs in samples.by_stage.items() if stage != OTHER}
    spread({**runs_by_stage, TOTAL: samples.totals}, cold, dark=dark, log=logarithmic, key="spread")
    latency_table(
        [
            StageFigures(
                row.stage,
                p50=row.warm.p50,
                p95=row.warm.p95,
                p99=row.warm.p99,
                p25=row.warm.p25,
                p75=row.warm.p75,
                least=row.warm.least,
                most=row.warm.most,
                cold=row.cold_seconds,
                note="; ".join(
                    f"{step} cached in {count} of {samples.runs}"
                    for (stage, step), count in samples.cached.items()
                    if stage == row.stage
                ),
            )
            for row in rows
        ],
        runs=samples.runs,
        key="latency_table",
    )
    st.caption(
        "The steps of one run add up to its total; percentiles of stages do not, for each stage "
        "has its median in another run."
    )
    footing(
        lab,
        "runs",
        runs_table(report),
        lab.conditions(runs=samples.runs, **{"model load seconds": report.load_seconds}),
    )
