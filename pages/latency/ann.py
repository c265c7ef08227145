"""Latency, ANN: what an approximate index misses."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.latency.ann import (
    ann_chart,
    comparison_sentence,
    recall_verdict,
)
from components.search.headline import headline
from engine.latency.ann import AnnReport
from engine.latency.figure_tables import recall_table
from pages.latency.link_names import LINKS, USUAL_LINKS
from pages.latency.missed_relevant import missed_relevant
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab
from state.latency.measurements import AnnResult


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    result = lab.ann.result
    headline("What does an approximate index miss?" if result is None else _verdict(result.report))
    st.markdown(
        "HNSW links each vector to some neighbours and walks that graph: fast, and it may pass a "
        "neighbour by. **M** is how many links a vector has; **efSearch** how many candidates a "
        "search keeps. Recall@10 is the share of the 10 exact neighbours that it finds."
    )
    links = st.segmented_control(
        "M, links per vector",
        LINKS,
        default=USUAL_LINKS,
        required=True,
        key="ann_links",
        persist_state="session",
    )
    if start_button(lab, lab.ann, "Compare with exact search", "measure_ann"):
        lab.measure_ann(int(links or USUAL_LINKS))
        st.rerun()
    outcome(lab.ann)
    if result is not None:
        _report(lab, result, dark=dark)


def _verdict(report: AnnReport) -> str:
    recalls = [(point.breadth, point.mean) for point in report.points]
    return recall_verdict(recalls, links=report.links, k=report.k)


def _report(lab: Lab, result: AnnResult, *, dark: bool) -> None:
    report = result.report
    ann_chart(
        {point.breadth: list(point.recall.values()) for point in report.points},
        {point.breadth: point.seconds for point in report.points},
        report.exact_seconds,
        k=report.k,
        dark=dark,
        key="ann_chart",
    )
    st.caption(
        plain(
            comparison_sentence(
                len(report.queries),
                own=result.own,
                vectors=report.vectors,
                exact_seconds=report.exact_seconds,
                k=report.k,
            )
        )
    )
    missed_relevant(lab, report)
    footing(
        lab,
        "ann",
        recall_table(report),
        lab.conditions(M=report.links, **{"exact search seconds": report.exact_seconds}),
    )
