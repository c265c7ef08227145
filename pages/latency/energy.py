"""Latency, energy: joules by stage, and what a point of nDCG costs."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from components.latency.energy import WorthRow, joule_words, joules_chart, signed, worth_table
from components.search.headline import headline
from engine.latency.energy import EnergyReport, Worth, worth
from engine.types import CROSS_ENCODER, FIRST_STAGES
from engine.types.registries.measures import NDCG
from pages.latency.assumptions import watts
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab, power
from state.latency.measurements import judged_queries

THIS, JUDGED = "This query", "Judged queries of the corpus"
USUAL_QUERIES = 25


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    report = lab.energy.result
    title = st.container()
    st.markdown(
        "Joules are watts times seconds. Where the processor has counters that may be read (RAPL) "
        "they are **measured**, of the whole processor; else **estimated** from the assumed watts "
        "below. No score is taken from memory."
    )
    judged = judged_queries(lab.asked.ready)
    which, count, assumed = st.columns([2, 1, 1], vertical_alignment="bottom")
    options = [THIS, JUDGED] if judged else [THIS]
    picked = which.segmented_control(
        "Queries",
        options,
        format_func=plain,
        default=options[-1],
        required=True,
        key="energy_queries",
        persist_state="session",
    )
    number = count.number_input(
        "How many",
        1,
        max(1, len(judged)),
        min(USUAL_QUERIES, max(1, len(judged))),
        key="energy_count",
        persist_state="session",
        disabled=picked != JUDGED,
        help=None if picked == JUDGED else "Only the query above is measured.",
    )
    with assumed:
        draw = watts()
    if start_button(lab, lab.energy, "Measure energy", "measure_energy"):
        lab.measure_energy(int(number) if picked == JUDGED else 0)
        st.rerun()
    outcome(lab.energy)
    if report is None:
        with title:
            headline("Is it worth the watts?")
        return
    known = "estimated" if report.spent.counted is None else "measured"
    _joules(report, draw, known, dark=dark)
    st.subheader("Watts beside quality gained", anchor=False)
    baseline = _baseline(report)
    rows = worth(report, draw, baseline=baseline)
    with title:
        headline(_verdict(rows, baseline, known))
    _worth(lab, report, rows, baseline, known, draw)


def _baseline(report: EnergyReport) -> str:
    """The ranking that the others are compared with; at first the reranker's own candidates."""
    stages = [stage for stage in FIRST_STAGES if stage in report.stages]
    picked = st.segmented_control(
        "Gains are counted over",
        stages,
        format_func=lambda stage: plain(stage_label(stage)),
        default=report.settings.first_stage,
        required=True,
        key="energy_baseline",
        persist_state="session",
    )
    return str(picked) if picked in stages else report.settings.first_stage


def _verdict(rows: tuple[Worth, ...], baseline: str, known: str) -> str:
    by_stage = {row.stage: row for row in rows}
    base, cross = by_stage[baseline], by_stage[CROSS_ENCODER]
    article = "an estimated" if known == "estimated" else "a measured"
    spent = f"Reranking takes {article} {joule_words(cross.joules)} a query"
    if base.joules > 0:
        spent += f", {cross.joules / base.joules:,.0f} times what {stage_label(baseline)} takes"
    if cross.gained is None:
        return f"{spent}; no judgments say what that brings"
    if cross.per_point is None:
        return f"{spent}, and gains no {NDCG.name} ({signed(100 * cross.gained)} points)"
    return (
        f"{spent}, and gains {100 * cross.gained:.1f} points of {NDCG.name}: "
        f"{joule_words(cross.per_point)} a point"
    )


def _joules(report: EnergyReport, draw: float, known: str, *, dark: bool) -> None:
    joules = report.spent.joules(draw)
    joules_chart(joules, known=known, dark=dark, key="joules_chart")
    n = report.spent.searches
    source = (
        f"Estimated: {draw:g} W times the seconds of each stage. {draw:g} W is "
        + (power().source if draw == power().watts else "what you assume")
        if known == "estimated"
        else "Measured by the processor's own counters (RAPL), all that ran on it included"
    )
    st.caption(
        plain(
            f"{source}. Mean of {n} search{'' if n == 1 else 'es'}; the bars add up to "
            f"{joule_words(sum(joules.values()))} a search."
        )
    )


def _worth(
    lab: Lab,
    report: EnergyReport,
    rows: tuple[Worth, ...],
    baseline: str,
    known: str,
    draw: float,
) -> None:
    n = report.spent.searches
    whose = "this query" if report.queries == 1 else f"mean of {report.judged} queries"
    judged = f"{whose}; {report.judged_at_10:.0%} of the last top 10 judged"
    worth_table(
        [_row(row, baseline) for row in rows],
        known=known,
        baseline=baseline,
        judged=judged if report.quality else "no judgments",
        key="worth",
    )
    footing(
        "energy",
        (
            "ranking",
            "seconds",
            "joules",
            "known by",
            NDCG.name,
            f"gained {NDCG.name}",
            "joules per point",
        ),
        [(r.stage, r.seconds, r.joules, known, r.quality, r.gained, r.per_point) for r in rows],
        lab.conditions(searches=n, baseline=baseline, watts=draw if known == "estimated" else None),
    )


def _row(row: Worth, baseline: str) -> WorthRow:
    why = ""
    if row.gained is not None and row.per_point is None:
        why = f"nothing gained over {stage_label(baseline)}"
    elif row.per_point is not None and row.per_point < 0:
        why = "better and cheaper"
    return WorthRow(row.stage, row.seconds, row.joules, row.quality, row.gained, row.per_point, why)
