"""Latency, this search: its waterfall, repeated runs cold and warm, what a pair costs."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from components.common.palette import STAGE_LABELS
from components.common.wording import counted, humanised, search_took
from components.latency.table import pair_figures
from components.latency.time_axis import LINEAR, axis_choice
from components.latency.waterfall import stage_waterfall, waterfall
from components.search.headline import headline
from engine.latency.figure_tables import search_table
from engine.latency.repeated_searches import (
    PairCost,
    accounted,
    cost_of,
    cost_when_read,
)
from engine.types import CROSS_ENCODER, SearchTrace
from pages.latency.parts import footing
from pages.latency.repeated_runs import repeated_runs
from state.latency.lab import Lab


def show(lab: Lab, trace: SearchTrace, *, dark: bool) -> None:
    """The section."""
    text_box, toggle_box = st.columns([4, 1.3], vertical_alignment="bottom")
    with text_box:
        remembered_seconds = trace.measured_seconds(CROSS_ENCODER)
        with stage.picture("sentence"):
            headline(search_took(trace.total_seconds, remembered_seconds))
        st.caption(plain(accounted(trace)))
    with toggle_box:
        log = axis_choice(LINEAR, key="waterfall_axis")
    with stage.picture():
        if stage.is_on():
            stage_waterfall(trace, key="stage_waterfall")
        else:
            waterfall(trace, dark=dark, log=log, key="waterfall")
    if any(step.cached for step in trace.timings):
        measured = trace.measured_seconds(CROSS_ENCODER)
        computing_note = (
            f" Computing the remembered scores took {humanised(measured)} then; that is no part of "
            "this search's time."
            if measured
            else ""
        )
        st.caption(
            "Hatched steps came from memory: these texts or pairs were read in an earlier search."
            + plain(computing_note)
        )
    footing(lab, "search", search_table(trace), lab.conditions())
    repeated_runs(lab, dark=dark)
    report = lab.runs.result
    st.subheader("What one pair costs", anchor=False)
    if report is not None and report.samples.pairs is not None:
        _cost(lab, report.samples.pairs, f"{report.samples.runs} warm runs")
    elif (once := cost_of([trace])) is not None:
        _cost(lab, once, "this search alone (measuring again counts the tokens too)")
    elif (earlier := cost_when_read(trace)) is not None:
        _cost(
            lab,
            earlier,
            "when these pairs were read, tokenising included; now they are from memory",
        )
    else:
        notice("Nothing was scored by the cross-encoder, so there is no cost per pair.")


def _cost(lab: Lab, cost: PairCost, source: str) -> None:
    pair_figures(
        ms_per_pair=cost.ms_per_pair,
        pairs_per_second=cost.pairs_per_second,
        tokens_per_second=cost.tokens_per_second,
        backend=lab.backend,
    )
    each = cost.tokens_per_pair
    apart = "" if "tokenising" in source else ", tokenising apart"
    length = "" if each is None else f" A pair has {each:,.0f} tokens on average, padding included."
    st.caption(
        plain(
            f"{STAGE_LABELS['cross-encoder']} on the {lab.device}, {source}: "
            f"{counted(cost.pairs, 'pair')} scored in {humanised(cost.seconds)}"
            f"{apart}.{length}"
        )
    )
