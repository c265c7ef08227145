"""Blind vote, after its end: who was preferred, how sure that is, and the votes by query."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from components.common import stage
from components.common.downloads import download
from components.common.messages import error, notice
from components.common.plain_table import plain_table
from components.search.headline import headline
from components.share.query_votes import query_votes
from components.share.vote_wording import COLUMNS, detail_words, figure_rows, headline_words
from engine.quality.pipelines import PipelineSpec, spec_from
from engine.types import CrossExamError
from engine.types.ranker_names import is_encoder
from engine.types.registries.search_parameters import BLEND_WEIGHT, FIRST_STAGE, PARAMETERS
from engine.types.share.blind_votes import BlindVote
from state import url_state
from state.permissions import Act, refusal
from state.share import blind_votes


def vote_outcome(vote: BlindVote) -> None:
    """The sentence, the figures, the votes by query, the export."""
    try:
        corpus = blind_votes.corpus_of(vote)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        corpus = None
    results = blind_votes.results(vote, corpus)
    with stage.picture():
        headline(headline_words(vote, results), f"{vote.title} {detail_words(results)}")
        plain_table(COLUMNS, figure_rows(vote, results), caption="Figures", key="vote_figures")
    st.markdown("### Query by query")
    if corpus is None:
        notice(
            f"The corpus {vote.corpus} of this vote is not here, or its documents have changed "
            "since: the lists are kept, and their judgments are not looked at."
        )
    clicked = query_votes(vote, results.queries, key="query_votes")
    if clicked is not None:
        _compare(vote, clicked.query)
    export_box, delete_box = st.columns([4, 1.2], vertical_alignment="center")
    download(
        "Votes as CSV",
        partial(blind_votes.table_of_votes, vote),
        file_name=f"crossexam-votes-{vote.vote_id}.csv",
        mime="text/csv",
        key="votes_csv",
        place=export_box,
    )
    if not refusal(Act.DELETE):
        _delete(vote, delete_box)


def _delete(vote: BlindVote, place: st.delta_generator.DeltaGenerator) -> None:
    with place.popover("Delete", width="stretch"):
        st.markdown("The vote and all that was voted are then gone for good.")
        if st.button("Delete it now", key="delete_vote", type="primary"):
            try:
                blind_votes.delete(vote)
            except CrossExamError as problem:
                error(url_state.error_message(problem))
            else:
                blind_votes.open_vote("")
                st.rerun()


def _compare(vote: BlindVote, query: str) -> None:
    """Open Compare with this query and the settings of the pipeline that reranks, or the second."""
    first, second = (spec_from(values) for values in vote.pipelines)
    spec = first if first.reranker and not second.reranker else second
    url_state.set_next(**{url_state.CORPUS: vote.corpus, url_state.QUERY: query}, **_settings(spec))
    url_state.leave_for("pages/search/compare.py")


def _settings(spec: PipelineSpec) -> dict[str, Any]:
    settings: dict[str, Any] = {p.key: spec.settings.value(p.name) for p in PARAMETERS}
    if is_encoder(spec.first_stage):  # Compare shows it beside the first stage of the bar
        del settings[FIRST_STAGE.key]
    if not spec.blended:
        del settings[BLEND_WEIGHT.key]
    return settings
