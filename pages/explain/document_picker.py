"""One document of the cross-encoder's ranking, for the pages that look at one alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import empty, error, notice
from components.common.wording import counted
from engine.types import CROSS_ENCODER, CrossExamError, Document, Ranking, SearchTrace
from engine.types.wording.numbers import decimal
from pages.explain.unreadable import unreadable_notices
from pages.search.loaded_corpus import searched
from state import url_state
from state.app_resources import LoadedCorpus


@dataclass(frozen=True, slots=True)
class Picked:
    """A finished search, the cross-encoder's list, and the document chosen from it."""

    loaded: LoadedCorpus
    trace: SearchTrace
    ranking: Ranking
    document: Document

    @property
    def title(self) -> str:
        return self.document.title or self.document.doc_id


def picked_document(nothing_yet: str, *, cut: bool = False) -> Picked:
    """The document to look at, #1 unless another was chosen; stops the page without one.

    With `cut` it is the one of which most was not read, and all that were cut are marked.
    """
    chosen = url_state.current()
    if not chosen.query:
        empty("No query yet", nothing_yet)
        st.stop()
    try:
        loaded, trace = searched(chosen)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        st.stop()
    ranking = trace.ranking(CROSS_ENCODER) if trace is not None else None
    if trace is None or ranking is None or not ranking.hits:
        empty("No candidates", "The first stage found nothing for this query: try another one.")
        st.stop()
    unread_tokens = _unread(loaded, trace, ranking) if cut else {}
    picked = Picked(loaded, trace, ranking, _chosen(loaded, ranking, unread_tokens))
    unreadable_notices(chosen.query, {picked.title: picked.document.content})
    return picked


def _unread(loaded: LoadedCorpus, trace: SearchTrace, ranking: Ranking) -> dict[str, int]:
    """The listed documents that a model did not read whole, with the tokens not read.

    Those that the cross-encoder cut; where it read all, those that the bi-encoder did.
    """
    if trace.truncated:
        return dict(trace.truncated)
    cuts = loaded.searcher.embedding_cuts(trace)
    return {doc_id: cuts[doc_id] for doc_id in ranking.ids() if doc_id in cuts}


def listed_and_picked(
    loaded: LoadedCorpus, listed: list[str], names: Sequence[str], first: str | None = None
) -> list[str]:
    """The documents to offer: those of the list, then others that were picked.

    Without a pick the page opens on `first`, or the first of the list.
    Gives the pickers, of which a page has `names`, their documents; says which of a link do
    not exist.
    """
    store = loaded.corpus.store

    def exists(doc_id: str) -> bool:
        try:
            (document,) = store.get([doc_id])
        except CrossExamError:
            return False
        return document.held

    for missing in url_state.pick_among(listed, exists, first):
        notice(f"{loaded.corpus.info.name} has no document {missing!r}; it is left out.")
    picked_ids = (url_state.widget_value(name) for name in names)
    return list(dict.fromkeys([*listed, *(doc_id for doc_id in picked_ids if doc_id)]))


def _chosen(loaded: LoadedCorpus, ranking: Ranking, unread_tokens: Mapping[str, int]) -> Document:
    """The document of the select box."""
    hit_of = {hit.doc_id: hit for hit in ranking.hits}
    most_unread_id = max(unread_tokens, key=unread_tokens.__getitem__, default=None)
    options = listed_and_picked(loaded, list(hit_of), (url_state.DOCUMENT,), most_unread_id)
    documents = {document.doc_id: document for document in loaded.corpus.store.get(options)}

    def label(doc_id: str) -> str:
        title = documents[doc_id].title or doc_id
        hit = hit_of.get(doc_id)
        mark = (
            f" ✂ {counted(unread_tokens[doc_id], 'token')} not read"
            if doc_id in unread_tokens
            else ""
        )
        if hit is None:
            return f"{title} (not scored){mark}"
        return f"{hit.rank} · {title} ({decimal(hit.score)}){mark}"

    chosen_id = st.selectbox(
        "Document (rank · title · logit)",
        options,
        format_func=label,
        key=url_state.DOCUMENT,
        persist_state="session",
        on_change=url_state.keep,
        args=(url_state.DOCUMENT,),
    )
    return documents[chosen_id]
