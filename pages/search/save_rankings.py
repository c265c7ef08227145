"""Compare, what can be taken away: the rankings as files, and both pictures."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common.downloads import download
from components.common.export.save_picture import save_picture
from components.common.palette import stage_label
from engine.types import SearchTrace
from pages.search.rankings import Comparison
from pages.search.search_report import search_report
from state.search.ranking_files import ranking_files


def save_rankings(comparison: Comparison, trace: SearchTrace) -> None:
    """Offer the rankings of a finished search as CSV, JSON, TREC runs and a report."""
    columns, settings = comparison.columns, comparison.search.settings
    stages = [name for name in columns.stages if trace.ranking(name) is not None]
    files = partial(ranking_files, comparison.loaded, trace, settings)
    with st.container(horizontal=True, key="save_rankings"):
        download(
            "Download this comparison (CSV)",
            lambda: files().csv(columns.stages, columns.baseline),
            file_name="crossexam-comparison.csv",
            mime="text/csv",
        )
        download(
            "JSON",
            lambda: files().json(columns.stages),
            file_name="crossexam-comparison.json",
            mime="application/json",
            key="save_json",
            note="The rankings with settings, models, versions and the corpus' fingerprint.",
            icon=None,
        )
        with st.popover("TREC run", help="One column's ranking for trec_eval and the like."):
            for name in stages:
                download(
                    stage_label(name),
                    partial(_run_of, comparison, trace, name),
                    file_name=f"crossexam-{_file_part(name)}.trec",
                    mime="text/plain",
                    key=f"save_trec_{name}",
                    icon=None,
                    width="stretch",
                )
        search_report(comparison, trace)


def save_pictures(trace: SearchTrace) -> None:
    """Offer the columns and the strip of a finished search as pictures."""
    _, times, rankings = st.columns([3, 1, 1.1])
    with times:
        save_picture("strip", title=f"Time of the search: “{trace.query}”", label="Save the times:")
    with rankings:
        save_picture(
            "ranking_columns", title=f"Rankings: “{trace.query}”", label="Save the rankings:"
        )


def _run_of(comparison: Comparison, trace: SearchTrace, stage: str) -> str:
    return ranking_files(comparison.loaded, trace, comparison.search.settings).trec(stage)


def _file_part(stage: str) -> str:
    return "".join(c if c.isalnum() or c in "-." else "-" for c in stage)[:60]
