"""Latency: what the last search cost, step by step, and what more of it would cost."""

from __future__ import annotations

import streamlit as st

from components.compare_table import Cell, ScaleRow, scale_table
from components.headline import headline
from components.latency_charts import spread
from components.latency_table import StageFigures, latency_table, pair_figures
from components.messages import empty, error, notice, plain
from components.palette import STAGE_LABELS
from components.preparing import show_until_done
from components.waterfall import waterfall
from components.wording import humanised
from search.latency import (
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
    stage_latencies,
)
from search.scale import Estimate, ScaleMeasured, scale_costs
from search.types import CrossExamError
from state import choices, jobs
from state.bench import prepare
from state.latency import Measurement, engine_label, lab, machine_in_words

REDRAW_SECONDS = 0.3
FIRST_GLANCE = 0.2
LINEAR, LOG = "Linear time", "Logarithmic time"
AXES = (LINEAR, LOG)

chosen = choices.current()
preparation = prepare(chosen.corpus)
show_until_done(preparation.wait, lambda: preparation.status)
try:
    ready = preparation.result()
except CrossExamError as problem:
    error(choices.check(problem))
    st.stop()

if not chosen.query:
    empty(
        "Type a query to time a search",
        "Every step of the search is timed as it runs: shared words, two vectors made apart, and "
        "the cross-encoder's reading of each pair. Then measure it again, cold and warm, and see "
        "what 1, 100 or a million documents would take.",
    )
    st.stop()

job = jobs.search(ready.searcher, chosen.query, chosen.settings)
job.wait(FIRST_GLANCE)
here = lab(ready, chosen.query, chosen.settings)
dark = choices.is_dark()
machine_words = machine_in_words()


@st.fragment(run_every=REDRAW_SECONDS)
def searching() -> None:
    """How far the search is; the page is drawn anew when it is done."""
    if not job.running:
        st.rerun()
    trace = job.trace
    if trace is None or not trace.to_score:
        st.progress(0.0, text="Searching …")
    else:
        text = f"The cross-encoder is reading pair {trace.scored} of {trace.to_score} …"
        st.progress(trace.scored / trace.to_score, text=text)


@st.fragment(run_every=REDRAW_SECONDS)
def measuring(measurement: Measurement) -> None:
    """How far a measurement is, and a way out."""
    if not measurement.running:
        st.rerun()
    progress = measurement.progress
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(
        progress.fraction,
        text="Stopping …" if measurement.cancelled else f"{progress.what.capitalize()} …",
    )
    stop.button("Cancel", key="cancel_measuring", on_click=measurement.cancel, width="stretch")


def outcome(measurement: Measurement | None, *, kept: bool) -> None:
    """The progress of a measurement, or why it ended without a result."""
    if measurement is None:
        return
    if measurement.running:
        measuring(measurement)
    elif measurement.error is not None:
        error(choices.check(measurement.error))
    elif measurement.cancelled:
        notice("Cancelled." + (" The figures below are the earlier ones." if kept else ""))


def axis_choice(default: str, key: str) -> bool:
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


if job.running:
    headline("Timing this search …")
    searching()
    st.stop()
if job.error is not None or job.trace is None:
    error(choices.check(job.error or CrossExamError("the search was stopped: run it again")))
    st.stop()
trace = job.trace

words, toggle = st.columns([4, 1.3], vertical_alignment="bottom")
with words:
    headline(f"This search took {humanised(trace.total_seconds)}")
    st.caption(plain(accounted(trace)))
with toggle:
    log = axis_choice(LINEAR, "waterfall_axis")
waterfall(trace, dark=dark, log=log, key="waterfall")
st.caption(plain(machine_words))

st.subheader("Measure again", anchor=False)
st.markdown(
    "One search is an anecdote. This repeats it: first **cold**, with both models loaded anew "
    "from their files and no text remembered (the index and the libraries stay in memory), then "
    "**warm**, with the models that serve this page, which have run this query before."
)
number, start, rest = st.columns([1.2, 1.2, 3], vertical_alignment="bottom")
runs = number.number_input(
    "Warm runs",
    LEAST_RUNS,
    MOST_RUNS,
    DEFAULT_RUNS,
    step=5,
    key="latency_runs",
    persist_state="session",
)
if start.button("Measure again", key="measure_runs", disabled=here.busy, width="stretch"):
    here.measure_runs(int(runs))
    st.rerun()
outcome(here.measuring_runs, kept=here.report is not None)


def show_report(report: LatencyReport) -> None:
    """Chart and table of the repeated runs."""
    samples, cold = report.samples, cold_seconds(report.cold)
    says, axis = st.columns([4, 1.3], vertical_alignment="bottom")
    with says:
        st.markdown(
            f"Loading the models took **{humanised(report.load_seconds)}** and the first search "
            f"with them **{humanised(cold[TOTAL])}**; a warm one takes "
            f"**{humanised(stage_latencies(report)[-1].warm.p50)}** (p50 of {samples.runs})."
        )
    with axis:
        logarithmic = axis_choice(LOG, "spread_axis")
    shown = {stage: runs for stage, runs in samples.by_stage.items() if stage != OTHER}
    spread({**shown, TOTAL: samples.totals}, cold, dark=dark, log=logarithmic, key="spread")
    latency_table(
        [
            StageFigures(
                row.stage,
                p50=row.warm.p50,
                p95=row.warm.p95,
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
            for row in stage_latencies(report)
        ],
        runs=samples.runs,
        key="latency_table",
    )
    st.caption(
        "The steps of one run add up to its total; percentiles of stages do not, for each stage "
        "has its median in another run."
    )


def show_cost(cost: PairCost, source: str) -> None:
    """What scoring one pair takes."""
    pair_figures(
        ms_per_pair=cost.ms_per_pair,
        pairs_per_second=cost.pairs_per_second,
        tokens_per_second=cost.tokens_per_second,
        engine=engine_label(),
    )
    each = cost.tokens_per_pair
    length = "" if each is None else f" A pair has {each:,.0f} tokens on average, padding included."
    st.caption(
        plain(
            f"{STAGE_LABELS['cross-encoder']}, {source}: {cost.pairs:,} pairs scored in "
            f"{humanised(cost.seconds)}, tokenising apart.{length}"
        )
    )


def cell(estimate: Estimate) -> Cell:
    """An estimate as the table draws it."""
    return Cell(estimate.seconds, estimate.measured, estimate.note)


def show_scale(measured: ScaleMeasured) -> None:
    """The table of 1, 100 and a million."""
    scale_table(
        [
            ScaleRow(c.name, cell(c.one), cell(c.hundred), cell(c.million), c.what)
            for c in scale_costs(measured)
        ],
        key="scale",
    )
    gigabytes = 4 * measured.dimensions * 1e6 / 1e9
    st.caption(
        plain(
            f"Measured on {measured.sample} of this corpus' {measured.searched:,} documents, taken "
            "at even distances. A million is extrapolated: the measured cost of one document "
            "times a million, the query's embedding counted once. A million vectors fill "
            f"{gigabytes:.1f} GB, far more than a processor's cache: expect their search to differ."
        )
    )


report = here.report
if report is not None:
    show_report(report)

st.subheader("What one pair costs", anchor=False)
if report is not None and report.samples.pairs is not None:
    show_cost(report.samples.pairs, f"{report.samples.runs} warm runs")
elif (once := cost_of([trace])) is not None:
    show_cost(once, "this search alone (measuring again counts the tokens too)")
else:
    notice("Nothing was scored by the cross-encoder, so there is no cost per pair.")

st.subheader("Compare 1, 100 or 1,000,000 documents", anchor=False)
st.markdown(
    "A bi-encoder embeds documents once and compares vectors at query time. A cross-encoder has "
    "nothing to prepare and reads every pair at query time. What that means at scale:"
)
label = "Measure 1 and 100 documents" if here.scale is None else "Measure them again"
if st.button(label, key="measure_scale", disabled=here.busy):
    here.measure_scale()
    st.rerun()
outcome(here.measuring_scale, kept=here.scale is not None)
if here.scale is not None:
    show_scale(here.scale)
    st.caption(plain(machine_words))
