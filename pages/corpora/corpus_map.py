"""The map of a corpus' embeddings, on which the query's candidates light up by stage."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import show_until_done
from components.common.messages import error, plain
from components.corpora.map import MapPoint, embedding_map, map_sentence
from engine.types import CrossExamError
from pages.corpora.link_names import MAP
from state import url_state
from state.app_resources import LoadedCorpus
from state.corpora import statistics
from state.search import search_jobs

CANDIDATES = 10


def show_map(corpus: LoadedCorpus, chosen: url_state.Choices) -> None:
    """Draw the map, and on it the first candidates of every stage for the query."""
    st.markdown("### Map of the embeddings")
    projection_job = statistics.projection(corpus.corpus, _method())
    show_until_done(projection_job, key=None)
    if projection_job.error is not None or projection_job.value is None:
        error(
            url_state.error_message(
                projection_job.error or CrossExamError("the map was not drawn: try again")
            )
        )
        return
    projection = projection_job.value
    ranks, stages = _candidates(corpus, chosen) if chosen.query else ({}, [])
    axes_sentence = map_sentence(
        projection.method, projection.explained, len(projection.shown), corpus.corpus.info.documents
    )
    marks_sentence = (
        f"Rings mark each stage's first {CANDIDATES}: a click on a stage hides it."
        if stages
        else "Type a query above, and its candidates light up by stage."
    )
    st.caption(plain(f"{axes_sentence} {marks_sentence}"))
    spots = statistics.spots(corpus.corpus, projection, list(ranks), chosen.query)
    embedding_map(
        projection.points,
        spots.labels,
        [MapPoint(x, y, label, ranks[doc_id]) for doc_id, (x, y, label) in spots.documents.items()],
        stages,
        spots.query,
        dark=url_state.is_dark(),
        key="embedding_map",
    )


def _method() -> str:
    """The method of projection; a choice is drawn where there are several."""
    methods = statistics.methods()
    if len(methods) == 1:
        return methods[0]
    url_state.give_choice(MAP, MAP.session_key, methods, methods[0])
    return st.segmented_control(
        "Method",
        methods,
        format_func=plain,
        default=methods[0],
        required=True,
        key=MAP.session_key,
        persist_state="session",
        label_visibility="collapsed",
    )


def _candidates(
    corpus: LoadedCorpus, chosen: url_state.Choices
) -> tuple[dict[str, dict[str, int]], list[str]]:
    """(rank of each document by stage, the stages) of the search for the query."""
    search = search_jobs.search(corpus.searcher, chosen.query, chosen.settings)
    show_until_done(search.job, key="cancel_search")
    ranks: dict[str, dict[str, int]] = {}
    rankings = search.trace.rankings if search.trace else ()
    for ranking in rankings:
        for hit in ranking.hits[:CANDIDATES]:
            ranks.setdefault(hit.doc_id, {})[ranking.stage] = hit.rank
    return ranks, [ranking.stage for ranking in rankings]
