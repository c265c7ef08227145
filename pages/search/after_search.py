"""What stands below the rankings of a finished search: notices, agreement, lookup, download."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.ranker_wording import usage_words
from components.search.agreement_table import agreement_table
from engine.search.agreement import agreement
from engine.search.precision.near_ties import NEAR_TIE, near_ties
from engine.search.stages.precision import precision_note
from engine.types import CROSS_ENCODER, CrossExamError, Query, ScorePrecision, SearchTrace
from pages.search.budget.token_budget import token_budget
from pages.search.rank_lookup import rank_lookup
from pages.search.rankings import Comparison
from pages.search.save_rankings import save_rankings
from state import url_state
from state.explain.attention_maps import ranking_precision
from state.search import search_jobs as searches


def search_notices(comparison: Comparison, trace: SearchTrace, query: Query | None) -> None:
    """Warnings about this search, and the ways to have it done again."""
    if trace.measured_seconds(CROSS_ENCODER) and st.button(
        "Score afresh",
        key="score_afresh",
        icon=":material/refresh:",
        help="Compute the cross-encoder's scores again, none from memory, to see what they cost.",
    ):
        searches.score_afresh(comparison.search)
        st.rerun()
    if note := precision_note(scored_by(trace)):
        st.caption(plain(note))
    if has_near_ties(comparison, trace):
        st.caption(plain(f"{NEAR_TIE}."))
    for text in comparison.loaded.searcher.reading_notices(trace):
        notice(text)
    for stage, failure in trace.failures.items():
        error(url_state.error_message(CrossExamError(f"{stage_label(stage)}: {failure}")))
    if trace.failures and st.button("Try again", key="try_again"):
        searches.forget_failed()
        st.rerun()
    for stage, stage_usage in trace.usage.items():
        st.caption(
            plain(f"{stage_label(stage)} consumed for this query: {usage_words(stage_usage)}.")
        )
    if query is not None and query.note:
        st.caption(f"What this query tests: {plain(query.note)}")


def scored_by(trace: SearchTrace) -> ScorePrecision | None:
    """How exact the logits of the list are."""
    ranking = trace.ranking(CROSS_ENCODER)
    if ranking is None or ranking.precision is None:
        return ranking_precision()
    return ranking.precision


def has_near_ties(comparison: Comparison, trace: SearchTrace) -> bool:
    """Whether a card that is shown has the sign of a near tie."""
    shown, columns = comparison.folded(trace), comparison.columns
    return any(
        near_ties(ranking) & set(ranking.ids(columns.top))
        for stage in columns.stages
        if (ranking := shown.ranking(stage)) is not None
    )


def below_the_rankings(comparison: Comparison, trace: SearchTrace) -> None:
    """How far the rankings agree, where a document stands, and all of it as a file."""
    agreement_box, lookup_box = st.columns([1.15, 1], gap="large")
    with agreement_box:
        st.subheader("Do the rankings agree?", anchor=False)
        folded = comparison.folded(trace)
        shown_rankings = [
            ranking
            for stage in comparison.columns.stages
            if (ranking := folded.ranking(stage)) is not None and ranking.hits
        ]
        agreement_table(
            [agreement(a, b) for a, b in combinations(shown_rankings, 2)], key="agreement"
        )
    with lookup_box:
        rank_lookup(comparison, trace)
    token_budget(comparison, trace)
    save_rankings(comparison, trace)
