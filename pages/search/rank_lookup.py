"""Where is …?: a document by its id or title, and its place in every stage."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.search.rank_lookup_table import rank_lookup_table
from engine.quality.passage_judgments import grades_of, passages_in
from engine.search.folding import best_listed
from engine.types import Document, SearchTrace
from pages.search.link_names import WHERE, WHERE_DOCUMENT
from pages.search.rankings import Comparison
from state import url_state
from state.corpora.examples import example_document

MOST_MATCHES = 20


def rank_lookup(comparison: Comparison, trace: SearchTrace) -> None:
    """Draw the field, and the answer to what was typed into it."""
    corpus = comparison.loaded.corpus
    st.subheader("Where is …?", anchor=False)
    document_text = st.text_input(
        "Find a document by its id or title",
        key=WHERE.name,
        placeholder=example_document(corpus, trace.query),
    )
    if not document_text.strip():
        return
    matches = corpus.store.find(document_text, limit=MOST_MATCHES)
    if not matches:
        notice(
            f"No document of {corpus.info.name} has an id or title with {document_text.strip()!r}."
        )
        return
    document = _one_of(matches)
    if comparison.by_document and document.parent_id is not None:
        parts = passages_in(corpus.store, [document.parent_id])[document.parent_id]
        (document,) = corpus.store.get([best_listed(trace.rankings, parts)])
    answer = comparison.loaded.searcher.where(
        document, comparison.folded(trace), comparison.search.settings
    )
    rank_lookup_table(answer, document, key="where_table")
    for grade in grades_of([document], comparison.judgments).values():
        passage_phrase = f", as a passage of {document.parent_id}" if document.parent_id else ""
        st.caption(plain(f"Judged {grade} for this query{passage_phrase}."))


def _one_of(matches: list[Document]) -> Document:
    if len(matches) == 1:
        return matches[0]
    by_id = {document.doc_id: document for document in matches}
    if url_state.widget_value(WHERE_DOCUMENT.session_key) not in by_id:
        url_state.forget(WHERE_DOCUMENT.session_key)
    chosen_id = st.selectbox(
        f"{counted(len(matches), 'document')} match",
        list(by_id),
        format_func=lambda doc_id: f"{by_id[doc_id].title or doc_id} ({doc_id})",
        key=WHERE_DOCUMENT.session_key,
    )
    return by_id[chosen_id]
