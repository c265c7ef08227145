"""One document of the cross-encoder's ranking, for the pages that look at one alone."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.messages import empty, error, notice
from components.pair_scores import signed
from pages.search.opened import searched
from search.types import CROSS_ENCODER, CrossExamError, Document, Ranking, SearchTrace
from state import choices
from state.bench import Ready
from state.what_if import is_new_query


@dataclass(frozen=True, slots=True)
class Picked:
    """A finished search, the cross-encoder's list, and the document chosen from it."""

    ready: Ready
    trace: SearchTrace
    ranking: Ranking
    document: Document

    @property
    def title(self) -> str:
        return self.document.title or self.document.doc_id


def picked_document(nothing_yet: str) -> Picked:
    """The document to look at, #1 unless another was chosen; stops the page without one."""
    chosen = choices.current()
    if not chosen.query:
        empty("No query yet", nothing_yet)
        st.stop()
    try:
        ready, trace = searched(chosen)
    except CrossExamError as problem:
        error(choices.check(problem))
        st.stop()
    ranking = trace.ranking(CROSS_ENCODER) if trace is not None else None
    if trace is None or ranking is None or not ranking.hits:
        empty("No candidates", "The first stage found nothing for this query: try another one.")
        st.stop()
    return Picked(ready, trace, ranking, _chosen(ready, ranking, chosen.query))


def _chosen(ready: Ready, ranking: Ranking, query: str) -> Document:
    """The document of the select box."""
    rank_of = {hit.doc_id: hit for hit in ranking.hits}
    options = list(rank_of)
    asked = choices.asked(choices.DOCUMENT)
    new_query = is_new_query(query)
    if asked and asked not in options:
        try:
            ready.corpus.store.get([asked])
        except CrossExamError:
            choices.forget(choices.DOCUMENT)
            notice(f"{ready.corpus.info.name} has no document {asked!r}; it is left out.")
        else:
            if new_query:
                choices.forget(choices.DOCUMENT)
            else:
                options.append(asked)
    documents = {document.doc_id: document for document in ready.corpus.store.get(options)}

    def label(doc_id: str) -> str:
        title = documents[doc_id].title or doc_id
        hit = rank_of.get(doc_id)
        return f"{hit.rank} · {title} ({signed(hit.score)})" if hit else f"{title} (not scored)"

    picked = st.selectbox(
        "Document (rank · title · logit)",
        options,
        format_func=label,
        key=choices.DOCUMENT,
        persist_state="session",
    )
    return documents[picked]
