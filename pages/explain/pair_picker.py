"""The pair that the explaining pages share: from the search, or any two texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import empty, notice, plain
from components.common.wording import shortened
from components.explain.own_texts import own_texts
from engine.types import CROSS_ENCODER
from engine.types.ranker_names import stage_of
from engine.types.wording.numbers import decimal
from pages.explain.document_picker import listed_and_picked
from pages.explain.link_names import ANY_TEXTS, FROM_SEARCH
from pages.explain.unreadable import unreadable_notices
from pages.search.loaded_corpus import searched
from state import url_state


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to explain against the query; `doc_id` is "" for one of no corpus."""

    title: str
    text: str
    doc_id: str = ""


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
    choices = url_state.current()
    if not choices.query:
        empty(
            "No query yet",
            "Type a query above, or switch to “Any two texts” and paste your own pair.",
        )
        st.stop()
    loaded, trace = searched(choices)
    ranking = trace.ranking(CROSS_ENCODER) if trace is not None else None
    score_name = "logit"
    if trace is not None and model:
        model_ranking = trace.ranking(stage_of(model))
        if model_ranking is not None and model_ranking.hits:
            ranking, score_name = model_ranking, model_ranking.kind or "score"
        elif stage_of(model) in trace.failures:
            notice(trace.failures[stage_of(model)])
    if ranking is None or not ranking.hits:
        empty("No candidates", "The first stage found nothing for this query: try another one.")
        st.stop()
    hit_of = {hit.doc_id: hit for hit in ranking.hits}
    options = listed_and_picked(loaded, list(hit_of), (url_state.DOCUMENT, url_state.SECOND))
    documents = {document.doc_id: document for document in loaded.corpus.store.get(options)}

    def label(doc_id: str | None) -> str:
        if doc_id is None:
            return "none"
        title = documents[doc_id].title or doc_id
        hit = hit_of.get(doc_id)
        return f"{hit.rank} · {title} ({decimal(hit.score)})" if hit else f"{title} (not scored)"

    left, right = st.columns(2)
    with left:
        first = _document_box(
            f"Document (rank · title · {score_name})", options, label, url_state.DOCUMENT
        )
    with right:
        second = _document_box(
            "Second document, beside it", [None, *options], label, url_state.SECOND
        )
    picked_ids = [first] if second in (None, first) else [first, second]
    return choices.query, [
        Candidate(documents[d].title or d, documents[d].content, d) for d in picked_ids if d
    ]


def _document_box(
    name: str, options: Sequence[str | None], label: Callable[[str | None], str], key: str
) -> str | None:
    """The document chosen under a key of the URL, None for none."""
    return st.selectbox(
        plain(name),
        options,
        format_func=label,
        key=key,
        persist_state="session",
        on_change=url_state.keep,
        args=(key,),
    )


def any_texts() -> tuple[str, list[Candidate]]:
    """A query and one or two documents as typed or pasted."""
    query, texts = own_texts()
    if not query.strip() or not texts[0].strip():
        empty("Two texts are needed", "Type a query and a document.")
        st.stop()
    return query, [Candidate(shortened(text, 60), text) for text in texts if text.strip()]
