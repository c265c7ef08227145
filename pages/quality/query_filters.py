"""Quality, the queries: which of the changed ones are listed, and in which order."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from engine.quality.runs.run_comparison import QueryChange, kept, won_and_lost
from engine.types import Query
from engine.types.words import words_of
from pages.quality.context import QualityContext
from pages.quality.link_names import (
    ALL,
    ANY,
    EITHER,
    LOST,
    NONE,
    SHARED,
    TAGS,
    WON,
    WORDS,
)
from state import url_state
from state.quality.figures import shared_words

ORDERS = (EITHER, LOST, WON, ALL)


def filtered(
    context: QualityContext, changed: list[QueryChange], queries: dict[str, Query]
) -> list[QueryChange]:
    """The changes that pass what the visitor chose."""
    lengths = [len(words_of(queries[c.query_id].text)) for c in changed if c.query_id in queries]
    tags = sorted({tag for c in changed for tag in queries[c.query_id].tags})
    words_box, overlap_box, tag_box = st.columns([1.6, 2, 2.6], vertical_alignment="bottom")
    word_range = None
    if lengths and min(lengths) < max(lengths):
        low, high = min(lengths), max(lengths)
        key = f"quality_words_{context.run.run_id}"
        url_state.give_range(WORDS, key, low, high)
        bounds = words_box.slider("Words in the query", low, high, (low, high), key=key)
        word_range = (int(bounds[0]), int(bounds[1]))
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
        key = f"quality_tags_{context.run.run_id}"
        url_state.give_choices(TAGS, key, tags, [])
        chosen = tag_box.multiselect("Tags", tags, key=key, placeholder="any")
    return kept(
        changed,
        queries,
        word_range=word_range,
        shares_word_by_query=shared_words(context.loaded, context.run, context.counting_rule)
        if overlap != ANY
        else None,
        shared_word={ANY: None, SHARED: True, NONE: False}[overlap],
        tags=chosen,
    )


def ordered(changed: list[QueryChange], measure: str) -> list[QueryChange]:
    """The changes in the order that the visitor chose; equal queries only where all are wanted."""
    won, lost = won_and_lost(changed, measure)
    counts = {
        WON: len(won), LOST: len(lost), EITHER: len(won) + len(lost), ALL: len(changed)
    }  # fmt: skip
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
    if order == EITHER:
        return sorted([*won, *lost], key=lambda c: (-abs(c.difference), c.query_id))
    return {WON: won, LOST: lost, ALL: changed}[order]
