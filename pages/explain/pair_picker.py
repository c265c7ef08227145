"""The pair that the explaining pages share: from the search, or any two texts."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.common.messages import empty, notice, plain
from components.common.wording import shortened
from components.explain.pair_scores import signed
from engine.types import CROSS_ENCODER
from engine.types.ranker_names import stage_of
from pages.explain.document_picker import listed_and_picked
from pages.explain.unreadable import unreadable_notices
from pages.search.loaded_corpus import searched
from state import url_state as choices

FROM_SEARCH, ANY_TEXTS = "From the search", "Any two texts"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to explain against the query."""

    title: str
    text: str


def picked_texts(model: str = "") -> tuple[str, list[Candidate]]:
    """The query and one or two documents to explain; stops the page while there are none.

    Documents stand in the order of the additional reranker `model`, if one is named.
    """
    mode = st.segmented_control(
        "What to look at",
        [FROM_SEARCH, ANY_TEXTS],
        default=FROM_SEARCH,
        required=True,
        key="attention_mode",
        persist_state="session",
        label_visibility="collapsed",
    )
    query, candidates = any_texts() if mode == ANY_TEXTS else from_search(model)
    unreadable_notices(query, {c.title: c.text for c in candidates}, model)
    return query, candidates


def from_search(model: str = "") -> tuple[str, list[Candidate]]:
    """The query of the bar with one or two documents of its ranking."""
    chosen = choices.current()
    if not chosen.query:
        empty(
            "No query yet",
            "Type a query above, or switch to “Any two texts” and paste your own pair.",
        )
        st.stop()
    ready, trace = searched(chosen)
    ranking = trace.ranking(CROSS_ENCODER) if trace is not None else None
    kind = "logit"
    if trace is not None and model:
        own = trace.ranking(stage_of(model))
        if own is not None and own.hits:
            ranking, kind = own, own.kind or "score"
        elif stage_of(model) in trace.failures:
            notice(trace.failures[stage_of(model)])
    if ranking is None or not ranking.hits:
        empty("No candidates", "The first stage found nothing for this query: try another one.")
        st.stop()
    rank_of = {hit.doc_id: hit for hit in ranking.hits}
    options = listed_and_picked(ready, list(rank_of), (choices.DOCUMENT, choices.SECOND))
    documents = {document.doc_id: document for document in ready.corpus.store.get(options)}

    def label(doc_id: str | None) -> str:
        if doc_id is None:
            return "none"
        title = documents[doc_id].title or doc_id
        hit = rank_of.get(doc_id)
        return f"{hit.rank} · {title} ({signed(hit.score)})" if hit else f"{title} (not scored)"

    left, right = st.columns(2)
    with left:
        first = st.selectbox(
            f"Document (rank · title · {plain(kind)})",
            options,
            format_func=label,
            key=choices.DOCUMENT,
            persist_state="session",
            on_change=choices.keep,
            args=(choices.DOCUMENT,),
        )
    with right:
        second = st.selectbox(
            "Second document, beside it",
            [None, *options],
            format_func=label,
            key=choices.SECOND,
            persist_state="session",
            on_change=choices.keep,
            args=(choices.SECOND,),
        )
    picked = [first] if second in (None, first) else [first, second]
    return chosen.query, [
        Candidate(documents[d].title or d, documents[d].content) for d in picked if d
    ]


def any_texts() -> tuple[str, list[Candidate]]:
    """A query and one or two documents as typed or pasted."""
    query = st.text_input("Query text", "python snake", key="own_query", persist_state="session")
    left, right = st.columns(2)
    first = left.text_area(
        "Document", "Ball python care guide", key="own_first", persist_state="session"
    )
    second = right.text_area(
        "Second document (may stay empty)",
        "Python programming tutorial",
        key="own_second",
        persist_state="session",
    )
    if not query.strip() or not first.strip():
        empty("Two texts are needed", "Type a query and a document.")
        st.stop()
    texts = [text for text in (first, second) if text.strip()]
    return query, [Candidate(shortened(text, 60), text) for text in texts]
