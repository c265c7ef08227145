"""Latency, ANN: what an approximate index misses."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted, grade_words, milliseconds
from components.latency.ann import MissedRow, ann_chart, missed_table
from components.search.headline import headline
from engine.latency.ann import AnnPoint, AnnReport
from pages.latency.parts import footing, outcome, start_button
from state.latency.lab import Lab
from state.latency.measurements import AnnResult

LINKS = (2, 4, 8, 16, 32)
USUAL_LINKS = 16
LISTED = 50


def show(lab: Lab, *, dark: bool) -> None:
    """The section."""
    found = lab.ann.result
    headline("What does an approximate index miss?" if found is None else _verdict(found.report))
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
    if found is not None:
        _report(lab, found, dark=dark)


def _verdict(report: AnnReport) -> str:
    enough = next((p for p in report.points if p.mean >= 0.999), None)
    if enough is None:
        best = max(report.points, key=lambda point: point.mean)
        return (
            f"With M = {report.links} recall@{report.k} reaches {best.mean:.3f} at efSearch "
            f"{best.breadth}"
        )
    first = report.points[0]
    if enough is first:
        return (
            f"With M = {report.links} hardly a neighbour is missed: recall@{report.k} is "
            f"{first.mean:.4f} at efSearch {first.breadth} already"
        )
    return (
        f"With M = {report.links} efSearch {enough.breadth} finds practically all: "
        f"recall@{report.k} {enough.mean:.4f}, at {first.breadth} it is {first.mean:.3f}"
    )


def _report(lab: Lab, found: AnnResult, *, dark: bool) -> None:
    report = found.report
    ann_chart(
        {point.breadth: list(point.recall.values()) for point in report.points},
        {point.breadth: point.seconds for point in report.points},
        report.exact_seconds,
        k=report.k,
        dark=dark,
        key="ann_chart",
    )
    whose = (
        f"{counted(len(report.queries), 'query', 'queries')} of the corpus"
        if found.own
        else f"the openings of {counted(len(report.queries), 'document')}, for want of queries"
    )
    st.caption(
        plain(
            f"{whose[:1].upper()}{whose[1:]} against {report.vectors:,} vectors; exact search "
            f"takes {milliseconds(report.exact_seconds)}. FAISS keeps at least {report.k} "
            f"candidates for {report.k} results, so that a smaller efSearch means {report.k}. A "
            "text that ties with the last exact neighbour counts as found."
        )
    )
    st.subheader("Which relevant documents were missed", anchor=False)
    breadths = [point.breadth for point in report.points]
    picked = st.segmented_control(
        "efSearch",
        breadths,
        format_func=lambda breadth: f"{breadth:d}",
        default=breadths[0],
        required=True,
        key="ann_breadth",
        persist_state="session",
    )
    point = report.at(int(picked)) if picked in breadths else report.points[0]
    _missed(lab, report, point)
    footing(
        "ann",
        (
            "efSearch",
            "query id",
            "query",
            f"recall@{report.k}",
            "missed relevant",
            "median seconds",
        ),
        [
            (
                p.breadth,
                query.query_id,
                query.text,
                p.recall[query.query_id],
                " ".join(m.doc_id for m in p.missed if m.query_id == query.query_id),
                p.seconds,
            )
            for p in report.points
            for query in report.queries
        ],
        lab.conditions(M=report.links, **{"exact search seconds": report.exact_seconds}),
    )


def _missed(lab: Lab, report: AnnReport, point: AnnPoint) -> None:
    lost = point.imperfect
    st.markdown(
        plain(
            f"At efSearch {point.breadth}, {lost} of "
            f"{counted(len(report.queries), 'query', 'queries')} lost at least "
            f"one of their {report.k} neighbours; {len(point.missed)} of the {report.relevant} "
            "relevant documents among those neighbours were missed."
        )
    )
    if not point.missed:
        return
    shown = point.missed[:LISTED]
    store = lab.asked.ready.searcher.store
    titles = {d.doc_id: d.title or d.text[:80] for d in store.get([m.doc_id for m in shown])}
    texts = {query.query_id: query.text for query in report.queries}
    binary = all(qrel.relevance <= 1 for qrel in lab.asked.ready.corpus.qrels)
    missed_table(
        [
            MissedRow(
                texts[m.query_id],
                titles[m.doc_id],
                m.doc_id,
                grade_words(m.relevance, binary=binary),
                m.exact_rank,
            )
            for m in shown
        ],
        k=report.k,
        key="missed",
    )
    if len(point.missed) > LISTED:
        st.caption(f"The first {LISTED} of {len(point.missed):,}; the export has all.")
