"""Quality, the queries: which of them changed most between two pipelines, and the way there."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.quality.changed_queries import MOST_ROWS, quality_queries
from engine.quality.runs.run_comparison import QueryChange, changes, kept
from engine.quality.significance import ALIKE
from engine.types import Query
from engine.types.registries.measures import comparable, merit
from engine.types.words import words_of
from pages.quality.context import Lab, change_rows, documents_of, go
from state.quality.figures import differences, runs, shared_words
from state.quality.judging import qrels_of

WON, LOST, EITHER, ALL = "Won most", "Lost most", "Changed most", "All queries"
ORDERS = (EITHER, LOST, WON, ALL)
ANY, SHARED, NONE = "Any words", "Shares a word with the answer", "Shares no word with the answer"


def changed_queries(lab: Lab) -> None:
    """The pair of pipelines, the filters, and the rows."""
    before_at, after_at = lab.default_pair()
    left, right, third = st.columns([3, 3, 1.4], vertical_alignment="bottom")
    before = left.selectbox(
        "From", lab.names, index=before_at, key=f"quality_from_{lab.run.run_id}"
    )
    after = right.selectbox("To", lab.names, index=after_at, key=f"quality_to_{lab.run.run_id}")
    measure = third.selectbox(
        "Measure", comparable(), key="quality_measure", persist_state="session"
    )
    if before == after:
        notice("Both sides are the same pipeline: choose another one to see what changed.")
        return
    old, new = lab.of(before), lab.of(after)
    compared = differences(lab.ready, lab.run, lab.way, before, lab.names, measure)
    told = next(one for one in compared if one.right == after)  # the same p as under Results
    st.markdown(f"### {plain(told.sentence)}.")
    listed = runs(lab.run)
    found = changes(
        listed[before],
        listed[after],
        (old.evaluation, new.evaluation),
        qrels_of(lab.ready, lab.way),
        measure=measure,
    )
    shown = ordered(filtered(lab, found, lab.queries), measure)
    if not shown:
        notice("No query passes these filters: loosen one.")
        return
    moved = [change.moved.doc_id for change in shown[:MOST_ROWS] if change.moved]
    asked = quality_queries(
        change_rows(shown[:MOST_ROWS], lab.queries, documents_of(lab, moved)),
        before=before,
        after=after,
        measure=measure,
        key="quality_changes",
    )
    more = len(shown) - MOST_ROWS
    st.caption(
        plain(
            "“Moved most” is the relevant document whose move changed DCG@10 most. Compare and "
            f"Explain open with the settings of {after}. Keys within the list: arrows, Enter, E."
            + (f" {more:,} more queries pass the filters." if more > 0 else "")
        )
    )
    if asked is not None:
        go(lab, asked, new.spec)


def filtered(lab: Lab, found: list[QueryChange], queries: dict[str, Query]) -> list[QueryChange]:
    """The changes that pass what the visitor chose."""
    lengths = [len(words_of(queries[c.query_id].text)) for c in found if c.query_id in queries]
    tags = sorted({tag for c in found for tag in queries[c.query_id].tags})
    words_box, overlap_box, tag_box = st.columns([1.6, 2, 2.6], vertical_alignment="bottom")
    words = None
    if lengths and min(lengths) < max(lengths):
        low, high = min(lengths), max(lengths)
        picked = words_box.slider(
            "Words in the query", low, high, (low, high), key=f"quality_words_{lab.run.run_id}"
        )
        words = (int(picked[0]), int(picked[1]))
    overlap = overlap_box.selectbox(
        "Words in common",
        (ANY, SHARED, NONE),
        key="quality_overlap",
        persist_state="session",
        help="Whether the query has a term (stop words aside) in common with any document that "
        "is judged relevant.",
    )
    chosen: list[str] = []
    if tags:
        chosen = tag_box.multiselect(
            "Tags", tags, key=f"quality_tags_{lab.run.run_id}", placeholder="any"
        )
    return kept(
        found,
        queries,
        words=words,
        shares=shared_words(lab.ready, lab.run, lab.way) if overlap != ANY else None,
        shared_word={ANY: None, SHARED: True, NONE: False}[overlap],
        tags=chosen,
    )


def ordered(found: list[QueryChange], measure: str) -> list[QueryChange]:
    """The changes in the order that the visitor chose; equal queries only where all are asked."""
    gains = {change.query_id: merit(measure, change.difference) for change in found}
    lost = sum(gain < -ALIKE for gain in gains.values())
    won = sum(gain > ALIKE for gain in gains.values())
    counts = {WON: won, LOST: lost, EITHER: won + lost, ALL: len(found)}
    order = st.segmented_control(
        "Order",
        ORDERS,
        default=EITHER,
        required=True,
        format_func=lambda name: f"{plain(name)} ({counts[name]:,})",
        key="quality_order",
        persist_state="session",
        label_visibility="collapsed",
    )
    if order == WON:
        return [c for c in reversed(found) if gains[c.query_id] > ALIKE]
    if order == LOST:
        return [c for c in found if gains[c.query_id] < -ALIKE]
    if order == EITHER:
        moved = [c for c in found if abs(c.difference) > ALIKE]
        return sorted(moved, key=lambda c: (-abs(c.difference), c.query_id))
    return found
