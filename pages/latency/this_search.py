"""Latency, this search: its waterfall, repeated runs cold and warm, what a pair costs."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.palette import STAGE_LABELS
from components.common.wording import counted, humanised
from components.latency.charts import spread
from components.latency.table import StageFigures, latency_table, pair_figures
from components.latency.waterfall import waterfall
from components.search.headline import headline
from engine.latency.repeated_searches import (
    DEFAULT_RUNS,
    LEAST_RUNS,
    MOST_RUNS,
    OTHER,
    TOTAL,
    LatencyReport,
    PairCost,
    accounted,
    cold_seconds,
    cost_of,
    cost_when_read,
    stage_latencies,
)
from engine.types import CROSS_ENCODER, SearchTrace
from pages.latency.parts import footing, outcome, why_busy
from state.latency.lab import Lab, backend_label, device

LINEAR, LOG = "Linear time", "Logarithmic time"
AXES = (LINEAR, LOG)


def show(lab: Lab, trace: SearchTrace, *, dark: bool) -> None:
    """The section."""
    words, toggle = st.columns([4, 1.3], vertical_alignment="bottom")
    with words:
        then = trace.measured_seconds(CROSS_ENCODER)
        remembered = f", after {humanised(then)} for the scores that it remembers" if then else ""
        headline(f"This search took {humanised(trace.total_seconds)}{remembered}")
        st.caption(plain(accounted(trace)))
    with toggle:
        log = _axis_choice(LINEAR, "waterfall_axis")
    waterfall(trace, dark=dark, log=log, key="waterfall")
    if any(step.cached for step in trace.timings):
        measured = trace.measured_seconds(CROSS_ENCODER)
        before = (
            f" Computing the remembered scores took {humanised(measured)} then; that is no part of "
            "this search's time."
            if measured
            else ""
        )
        st.caption(
            "Hatched steps came from memory: these texts or pairs were read in an earlier search."
            + plain(before)
        )
    footing(
        "search",
        ("stage", "step", "seconds", "in", "out", "cached", "seconds when computed"),
        [
            *(
                (
                    *(t.stage, t.step, t.seconds, t.n_in, t.n_out, t.cached),
                    t.measured_seconds if t.cached else t.seconds,
                )
                for t in trace.timings
            ),
            (OTHER, "", trace.other_seconds, None, None, False, trace.other_seconds),
            (TOTAL, "", trace.total_seconds, None, None, False, None),
        ],
        lab.conditions(),
    )
    _repeated(lab, dark=dark)
    report = lab.runs.result
    st.subheader("What one pair costs", anchor=False)
    if report is not None and report.samples.pairs is not None:
        _cost(report.samples.pairs, f"{report.samples.runs} warm runs")
    elif (once := cost_of([trace])) is not None:
        _cost(once, "this search alone (measuring again counts the tokens too)")
    elif (earlier := cost_when_read(trace)) is not None:
        _cost(earlier, "when these pairs were read, tokenising included; now they are from memory")
    else:
        notice("Nothing was scored by the cross-encoder, so there is no cost per pair.")


def _repeated(lab: Lab, *, dark: bool) -> None:
    st.subheader("Measure again, cold and warm", anchor=False)
    st.markdown(
        "One search is an anecdote. This repeats it: first **cold**, with the models loaded anew "
        "from their files and no text remembered (the index and the libraries stay in memory), "
        "then **warm**, with the models that serve this page. No score is taken from memory."
    )
    if set(lab.asked.settings.rerankers) - set(lab.asked.repeated.rerankers):
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
        logarithmic = _axis_choice(LOG, "spread_axis")
    shown = {stage: runs for stage, runs in samples.by_stage.items() if stage != OTHER}
    spread({**shown, TOTAL: samples.totals}, cold, dark=dark, log=logarithmic, key="spread")
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
        "runs",
        ("stage", "run", "temperature", "seconds"),
        [
            *((stage, None, "cold", seconds) for stage, seconds in cold.items()),
            *(
                (stage, number, "warm", seconds)
                for stage, runs in {**samples.by_stage, TOTAL: samples.totals}.items()
                for number, seconds in enumerate(runs, 1)
            ),
        ],
        lab.conditions(runs=samples.runs, **{"model load seconds": report.load_seconds}),
    )


def _cost(cost: PairCost, source: str) -> None:
    pair_figures(
        ms_per_pair=cost.ms_per_pair,
        pairs_per_second=cost.pairs_per_second,
        tokens_per_second=cost.tokens_per_second,
        backend=backend_label(),
    )
    each = cost.tokens_per_pair
    apart = "" if "tokenising" in source else ", tokenising apart"
    length = "" if each is None else f" A pair has {each:,.0f} tokens on average, padding included."
    st.caption(
        plain(
            f"{STAGE_LABELS['cross-encoder']} on the {device()}, {source}: "
            f"{counted(cost.pairs, 'pair')} scored in {humanised(cost.seconds)}"
            f"{apart}.{length}"
        )
    )


def _axis_choice(default: str, key: str) -> bool:
    """Whether the visitor wants a logarithmic time axis."""
    with st.container(horizontal_alignment="right"):
        picked = st.segmented_control(
            "Time axis",
            AXES,
            default=default,
            required=True,
            key=key,
            persist_state="session",
            label_visibility="collapsed",
            width="content",
        )
    return picked == LOG
