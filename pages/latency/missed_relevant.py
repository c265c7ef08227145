"""Latency, ANN: which relevant documents the approximate index missed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import plain
from components.common.wording import grade_words
from components.latency.ann import (
    MissedRow,
    missed_sentence,
    missed_table,
)
from engine.latency.ann import AnnReport, Missed
from pages.latency.link_names import EF_SEARCH
from state import url_state
from state.latency.lab import Lab

LISTED = 50


def missed_relevant(lab: Lab, report: AnnReport) -> None:
    """Draw the choice of an efSearch, and the relevant documents that a search with it misses."""
    st.subheader("Which relevant documents were missed", anchor=False)
    breadths = [point.breadth for point in report.points]
    url_state.give_choice(EF_SEARCH, EF_SEARCH.session_key, breadths, breadths[0])
    chosen_breadth = st.segmented_control(
        "efSearch",
        breadths,
        format_func=lambda breadth: f"{breadth:d}",
        default=breadths[0],
        required=True,
        key=EF_SEARCH.session_key,
        persist_state="session",
    )
    point = report.at(int(chosen_breadth)) if chosen_breadth in breadths else report.points[0]
    st.markdown(
        plain(
            missed_sentence(
                point.breadth,
                imperfect=point.imperfect,
                queries=len(report.queries),
                missed=len(point.missed),
                relevant=report.relevant,
                k=report.k,
            )
        )
    )
    if not point.missed:
        return
    missed_table(_missed_rows(lab, report, point.missed[:LISTED]), k=report.k, key="missed")
    if len(point.missed) > LISTED:
        st.caption(f"The first {LISTED} of {len(point.missed):,}; the export has all.")


def _missed_rows(lab: Lab, report: AnnReport, missed: Sequence[Missed]) -> list[MissedRow]:
    """The missed documents with their titles, queries and grades."""
    loaded = lab.request.loaded
    documents = loaded.searcher.store.get([each.doc_id for each in missed])
    titles = {document.doc_id: document.title or document.text[:80] for document in documents}
    texts = {query.query_id: query.text for query in report.queries}
    binary = all(qrel.relevance <= 1 for qrel in loaded.corpus.qrels)
    return [
        MissedRow(
            texts[each.query_id],
            titles[each.doc_id],
            each.doc_id,
            grade_words(each.relevance, binary=binary),
            each.exact_rank,
        )
        for each in missed
    ]
