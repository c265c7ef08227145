"""What if: edit a query or a document word by word, and see scores and list move."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error, notice, plain
from components.explain.what_if.score_change import score_change
from components.explain.what_if.wording import edit_words, outcome_words, rank_change_words
from components.search.headline import headline
from engine.explain.edit_summary import edit_summary
from engine.share.edit_text import edit_text
from engine.types import CrossExamError
from pages.explain.document_picker import picked_document
from pages.explain.link_names import CLICK, EDITS, WRITE
from pages.explain.model_picker import default_only
from pages.explain.sections.edited_list import edited_list
from pages.explain.sections.editor import whole_texts, word_chips
from pages.explain.sections.smallest_edit import smallest_edit
from state import url_state
from state.explain.linked_edit import linked_edit
from state.explain.what_if import WhatIf, what_if
from state.share import page_link


def result_sentence(edits: WhatIf) -> str:
    """What was edited, and what it did to the logit and the rank."""
    if not edits.changed:
        return "Change a word, and see what the ranking makes of it"
    summary = edit_summary(edits.unedited, edits.edit)
    edited = edit_words(
        dropped=summary.dropped,
        masked=summary.masked,
        replaced=summary.replaced,
        rewritten=summary.rewritten,
    )
    scores_before, scores_after = edits.pair(edits.unedited), edits.pair(edits.edit)
    text = f"{edited}: {outcome_words(scores_before.logit, scores_after.logit)}"
    ranked = edits.edited_list()
    movement = ranked.movements[edits.document.doc_id] if ranked is not None else None
    if ranked is None or movement is None or movement.before is None or movement.after is None:
        return text + "."
    change = rank_change_words(movement.before, movement.after, len(ranked.ranking.hits))
    return f"{text}, and the document {change}."


choose, mode_column, undo_column, reset_column = st.columns(
    [4, 1.9, 0.8, 0.8], vertical_alignment="bottom"
)
with choose:
    picked = picked_document(
        "Type a query above. Then drop, mask or replace words of the query and of a document, and "
        "see both models' scores and the whole list's order change."
    )
with mode_column:
    mode = st.segmented_control(
        "How to edit",
        [CLICK, WRITE],
        default=CLICK,
        required=True,
        key="what_if_mode",
        persist_state="session",
        label_visibility="collapsed",
    )
default_only()
edits = what_if(picked.loaded, picked.trace, picked.ranking, picked.document)
if not linked_edit(edits, url_state.given(EDITS)):
    page_link.warn(
        "The link's edit is of another text than this document has here: it is left out."
    )
undo_column.button(
    "Undo",
    key="undo",
    on_click=edits.undo,
    disabled=not edits.can_undo,
    help=None if edits.can_undo else "Nothing was changed yet.",
    width="stretch",
)
reset_column.button(
    "Reset",
    key="reset",
    on_click=edits.reset,
    disabled=not edits.changed,
    help=None if edits.changed else "Both texts are as the search found them.",
    width="stretch",
)
url_state.say(EDITS, edit_text(edits.edit, edits.unedited) if edits.changed else None)
try:
    with stage.picture("sentence"):
        headline(result_sentence(edits))
    words_box, outcome_box = st.columns([1.25, 1], gap="large")
    with words_box:
        with stage.picture():
            (word_chips if mode == CLICK else whole_texts)(edits)
        st.caption(
            plain(
                "Both models read the edited text itself: a dropped word is cut out, a masked one "
                "stands as one [MASK] token, a replaced one as you typed it. In a document over "
                "the limit, what follows moves up."
            )
        )
    with outcome_box:
        with stage.picture("scores"):
            score_change(edits.pair(edits.unedited), edits.pair(edits.edit), changed=edits.changed)
        for sentence in edits.notices():
            notice(sentence)
        edited_list(edits)
    smallest_edit(picked)
except CrossExamError as problem:
    error(url_state.error_message(problem))
