"""Latency, energy: joules by stage, and what a point of nDCG costs."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.latency.energy import joules_chart, joules_sentence, worth_table, worth_verdict
from components.search.headline import headline
from engine.latency.energy import EnergyReport, Worth, worth
from engine.latency.figure_tables import energy_table
from pages.latency.energy_form import baseline_choice, queries_and_watts
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab, power


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    report = lab.energy.result
    title = st.container()
    st.markdown(
        "Joules are watts times seconds. Where the processor has counters that may be read (RAPL) "
        "they are **measured**, of the whole processor; else **estimated** from the assumed watts "
        "below. No score is taken from memory."
    )
    queries, draw = queries_and_watts(lab)
    if start_button(lab, lab.energy, "Measure energy", "measure_energy"):
        lab.measure_energy(queries)
        st.rerun()
    outcome(lab.energy)
    if report is None:
        with title:
            headline("Is it worth the watts?")
        return
    known_by = "estimated" if report.spent.counted is None else "measured"
    _joules(report, draw, known_by, dark=dark)
    st.subheader("Watts beside quality gained", anchor=False)
    baseline = baseline_choice(report)
    rows = worth(report, draw, baseline=baseline)
    with title:
        headline(worth_verdict(rows, baseline=baseline, known_by=known_by))
    _worth(lab, report, rows, baseline, known_by, draw)


def _joules(report: EnergyReport, draw: float, known_by: str, *, dark: bool) -> None:
    joules = report.spent.joules(draw)
    joules_chart(joules, known_by=known_by, dark=dark, key="joules_chart")
    usual_power = power()
    source = usual_power.source if draw == usual_power.watts else "what you assume"
    st.caption(
        plain(
            joules_sentence(
                sum(joules.values()),
                searches=report.spent.searches,
                source=source if known_by == "estimated" else None,
                watts=draw,
            )
        )
    )


def _worth(
    lab: Lab,
    report: EnergyReport,
    rows: tuple[Worth, ...],
    baseline: str,
    known_by: str,
    draw: float,
) -> None:
    queries_note = "this query" if report.queries == 1 else f"mean of {report.judged} queries"
    judged_note = f"{queries_note}; {report.judged_at_10:.0%} of the last top 10 judged"
    worth_table(
        rows,
        known_by=known_by,
        baseline=baseline,
        judged_note=judged_note if report.quality else "no judgments",
        key="worth",
    )
    footing(
        lab,
        "energy",
        energy_table(rows, known_by=known_by),
        lab.conditions(
            searches=report.spent.searches,
            baseline=baseline,
            watts=draw if known_by == "estimated" else None,
        ),
    )
