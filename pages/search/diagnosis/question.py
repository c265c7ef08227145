"""Diagnose, the question: which document was expected where, or should not be there."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.common.cut_text import cut_notice, cut_text
from components.common.messages import error, notice
from components.common.wording import counted, shortened
from engine.types import CrossExamError, Document
from engine.types.diagnosis.cases import MOST_TOP, Expected
from pages.search.link_names import (
    EXPECTED,
    EXPECTED_DOCUMENT,
    LONGEST_PASTED,
    PASTED,
    WISH,
    WITHIN,
)
from state import url_state
from state.app_resources import LoadedCorpus
from state.corpora.examples import example_document, is_bundled, judged_relevant
from state.search import diagnoses

WISHES = {True: "It should be in them", False: "It should not be in them"}
WHICH = "expected_which"
MOST_NAMED = 3  # of the documents that people judged relevant
LONGEST_TITLE = 60  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """A document, the ranks that it should be in, and whether it should."""

    expected: Expected
    top: int
    wanted: bool


def question(loaded: LoadedCorpus, query: str) -> Question | None:
    """Draw the fields for this query; None while no document is named, or none fits."""
    for name in (EXPECTED, WITHIN, WISH):
        url_state.begin_with(name.name, name.default)
    name_box, top_box, wish_box = st.columns([3, 1, 2], vertical_alignment="bottom")
    text = name_box.text_input(
        "Document (its id or title)",
        key=EXPECTED.name,
        placeholder=example_document(loaded.corpus, query),
    )
    top = int(top_box.number_input("First ranks", 1, MOST_TOP, key=WITHIN.name))
    wish = wish_box.segmented_control(
        "Wish",
        list(WISHES),
        format_func=WISHES.__getitem__,
        key=WISH.name,
        label_visibility="collapsed",
        required=True,
    )
    key = PASTED.session_key
    with st.expander("Or paste its text", expanded=bool(url_state.widget_value(key))):
        pasted_text = st.text_area(
            "The document's text",
            key=key,
            label_visibility="collapsed",
            height=120,
            on_change=cut_text,
            args=(key, LONGEST_PASTED),
            help="A text that the corpus does not hold is ranked as if it were in it.",
        )
        cut_notice(key, "The text")
    expected = _expected(loaded, (text or "").strip(), (pasted_text or "").strip())
    return None if expected is None else Question(expected, top, bool(wish))


def what_to_name(loaded: LoadedCorpus, query: str) -> str:
    """What can be named for this query: what people judged relevant for it, an example."""
    words = "Name a document that you expected for this query, or one that should not be there."
    if titles := judged_relevant(loaded.corpus, query, most=MOST_NAMED):
        named = ", ".join(f"“{shortened(title, LONGEST_TITLE)}”" for title in titles)
        words += f" Judged relevant for it: {named}."
    if is_bundled(loaded.corpus.info.name):
        words += (
            " “do bees understand the concept of zero” and “What goes on inside a bee's head” "
            "show one whose answer is never read."
        )
    return words


def _expected(loaded: LoadedCorpus, text: str, pasted_text: str) -> Expected | None:
    if not text and not pasted_text:
        return None
    if not text:
        try:
            return diagnoses.pasted(loaded, pasted_text)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
            return None
    matches = diagnoses.matching(loaded, text)
    if not matches:
        notice(
            f"No document of {loaded.corpus.info.name} has an id or title with {text[:80]!r}: give "
            "another, or paste its text."
        )
        return None
    return Expected(_one_of(matches))


def _one_of(matches: list[Document]) -> Document:
    if len(matches) == 1:
        return matches[0]
    by_id = {document.doc_id: document for document in matches}
    url_state.give_choice(EXPECTED_DOCUMENT, WHICH, list(by_id), matches[0].doc_id)
    doc_id = st.selectbox(
        f"{counted(len(matches), 'document')} match",
        list(by_id),
        format_func=lambda doc_id: f"{by_id[doc_id].title or doc_id} ({doc_id})",
        key=WHICH,
    )
    return by_id[doc_id]
