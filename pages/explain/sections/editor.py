"""The section of What if where both texts are edited, by their words or as a whole."""

from __future__ import annotations

import streamlit as st

from components.explain.what_if.text_fields import text_fields
from components.explain.what_if.word_editor import EditorWord, word_editor
from engine.explain.counterfactual import MASK, Edit, EditedText
from state import url_state
from state.explain.what_if import WhatIf, edit_of, read_until, word_spans


def word_chips(edits: WhatIf) -> None:
    """Draw the words as chips; a change of theirs is taken at once."""
    edit = edits.edit
    spans = {"query": word_spans(edit.query.base), "document": word_spans(edit.document.base)}
    changed = word_editor(
        _words_of(edit.query),
        _words_of(edit.document, read_until(edit)),
        token=edits.token,
        revision=edits.revision,
        mask=MASK,
        key="word_editor",
    )
    if changed and edits.take(edit_of(edit, spans, changed.by), changed.revision):
        st.rerun()


def whole_texts(edits: WhatIf) -> None:
    """Draw both texts as fields; what is written there is taken when it is left."""
    edit = edits.edit
    query, document = text_fields(
        edit.query.text,
        edit.document.text,
        version=f"{edits.token}_{edits.revision}",
        longest_query=url_state.LONGEST_QUERY,
    )
    rewritten = Edit(
        edit.query if query == edit.query.text else EditedText(query),
        edit.document if document == edit.document.text else EditedText(document),
    )
    if edits.take(rewritten):
        st.rerun()


def _words_of(text: EditedText, until: int | None = None) -> list[EditorWord]:
    """The words of a text as the editor draws them; those beyond `until` are not read."""
    replacements = {change.span: change.by for change in text.changes}
    words, end_of_last = [], 0
    for span in word_spans(text.base):
        start, end = span
        is_read = until is None or text.place(start) < until
        gap = text.base[end_of_last:start]
        words.append(EditorWord(gap, text.base[start:end], replacements.get(span), is_read))
        end_of_last = end
    return words
