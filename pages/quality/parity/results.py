"""Parity, the outcome: what speaks against the two, their scores, orders, faults and repeats."""

from __future__ import annotations

import json

import streamlit as st

from components.common import stage
from components.common.downloads import download
from components.common.export.table_file import file_name
from components.common.messages import notice, plain
from components.common.wording import counted
from components.quality.parity.parity_tables import (
    faults_table,
    figures_table,
    queries_table,
    repeats_table,
)
from components.quality.parity.score_scatter import MOST_POINTS, score_scatter
from engine.quality.parity.export import pairs_csv, report_values
from engine.quality.parity.repeating import REPEATED_QUERIES
from engine.quality.parity.sentence import remarks
from engine.types.parity.report import TOP, ParityReport, SideLabel


def results(report: ParityReport, corpus: str, *, dark: bool) -> None:
    """Draw the whole report."""
    with stage.picture():
        st.markdown(plain(_about(report)))
        for sentence in remarks(report):
            st.markdown(plain(sentence))
        if report.pairs:
            score_scatter(report, dark=dark, key="parity_scatter")
    if stage.is_on():
        return
    if not report.complete:
        notice(
            f"{len(report.queries):,} of {counted(report.asked, 'query', 'queries')} were "
            "compared; the figures are of these."
        )
    for side in (report.a, report.b):
        for sentence in side.notices:
            notice(sentence)
    if report.pairs > MOST_POINTS:
        st.caption(f"Drawn: the {MOST_POINTS // 2:,} pairs that differ most, and as many others.")
    if report.pairs:
        figures_table(report, key="parity_figures")
    if report.faulty:
        st.subheader("Faulty answers", anchor=False)
        faults_table(report, key="parity_faults")
    if report.reordered:
        st.subheader(f"Queries whose first {TOP} differ, the worst first", anchor=False)
        queries_table(report.reordered, key="parity_queries_table")
    if report.repeats_a is not None or report.repeats_b is not None:
        st.subheader("Called again with the same documents", anchor=False)
        repeats_table(report, key="parity_repeats_table")
        repeated = counted(min(REPEATED_QUERIES, report.asked), "query", "queries")
        st.caption(plain(f"Of the first {repeated}; no score that is remembered is used."))
    _downloads(report, corpus)


def _about(report: ParityReport) -> str:
    """Who was compared on what."""
    queries = counted(len(report.queries), "query", "queries")
    return (
        f"A: {_side(report.a)}. B: {_side(report.b)}. {queries} of {report.corpus}, "
        f"{report.candidates}."
    )


def _side(side: SideLabel) -> str:
    rescored = f", {counted(side.rescored, 'score')} of fp32" if side.rescored else ""
    return f"{side.label}, {side.kind}{rescored}"


def _downloads(report: ParityReport, corpus: str) -> None:
    """Every pair as CSV, and the whole report as JSON."""
    name = file_name(f"parity {corpus}")
    with st.container(horizontal=True):
        download(
            "All pairs (CSV)",
            lambda: pairs_csv(report),
            file_name=f"{name}.csv",
            mime="text/csv",
            key="parity_csv",
        )
        download(
            "Report (JSON)",
            lambda: json.dumps(report_values(report), ensure_ascii=False, indent=1),
            file_name=f"{name}.json",
            mime="application/json",
            key="parity_json",
        )
