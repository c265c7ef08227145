"""The view of the library: every corpus, adding judgments to one, deleting one."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.corpora.judgment_boxes import contradictions_rule, grade_words
from components.corpora.library import LibraryRow, library_table, size_in_words
from components.search.headline import headline
from engine.types import CrossExamError
from pages.corpora.import_outcome import import_outcome
from pages.corpora.import_source import judgment_files
from state import url_state
from state.corpora import imports as corpus_import
from state.corpora import view as corpus_view
from state.corpora.library import LibraryItem, delete, going_with, library_items
from state.permissions import Act, refusal

OWN = ("imported", "path")


def show_library() -> None:
    """Draw the library, and what can be done with one's own corpora."""
    library = library_items()
    own = [item for item in library if item.entry.kind in OWN]
    headline(f"{counted(len(library), 'corpus', 'corpora')}, {len(own)} of them your own")
    library_table([_row(item) for item in library], key="library")
    import_outcome()
    if not own:
        st.caption("What you import is copied here, so that its source may vanish.")
        return
    names = [item.entry.name for item in own]
    judgments_box, delete_box = st.columns([1.6, 1], gap="large")
    with judgments_box:
        _add_judgments([item.entry.name for item in own if item.entry.kind == "imported"])
    with delete_box:
        st.markdown("### Delete")
        if refused := refusal(Act.DELETE):
            notice(refused)
            return
        chosen_name = st.selectbox("Corpus to delete", names, key="to_delete")
        _delete(next(item for item in own if item.entry.name == chosen_name))


def _row(each: LibraryItem) -> LibraryRow:
    entry = each.entry
    return LibraryRow(
        entry.name,
        entry.kind,
        entry.source,
        entry.documents,
        entry.fingerprint,
        each.size,
        [(model, size) for model, _, size in each.models],
        entry.missing,
    )


def _add_judgments(names: list[str]) -> None:
    st.markdown("### Add queries and judgments")
    if not names:
        st.caption("Only an imported corpus can be given queries: import yours first.")
        return
    if refused := refusal(Act.REPLACE_JUDGMENTS):
        notice(refused)
        return
    name = st.selectbox("Corpus to add them to", names, key="to_judge")
    queries, qrels = judgment_files("added_queries", "added_qrels")
    keep = st.toggle("Keep the good rows, leave bad ones out", key="added_keep")
    rule = contradictions_rule("added_contradictions")
    grades_text = grade_words("added_grades")
    nothing = queries is None and qrels is None
    if st.button(
        "Add to the corpus",
        key="add_judgments",
        disabled=nothing,
        help="Choose a file of queries or of judgments first." if nothing else None,
    ):
        try:
            corpus_import.start_adding(
                name, queries, qrels, keep_good=keep, contradictions=rule, grades_text=grades_text
            )
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()


def _delete(each: LibraryItem) -> None:
    name = each.entry.name
    if not corpus_view.is_delete_pending(name):
        if st.button("Delete …", key="ask_delete"):
            corpus_view.ask_to_delete(name)
            st.rerun()
        return
    kept_sentence = (
        "" if each.size is not None else f" {each.entry.source} itself stays where it is."
    )
    freed = (each.size or 0) + sum(size for _, _, size in each.models)
    going = going_with(name)
    with_it = f", with {going}" if going else ""
    notice(
        f"Delete {name} and its embeddings, {size_in_words(freed)}{with_it}? This cannot be "
        f"undone.{kept_sentence} People's judgments and votes stay."
    )
    sure, back = st.columns(2)
    if sure.button("Delete for good", type="primary", key="sure_delete", width="stretch"):
        corpus_view.end_delete()
        try:
            delete(name)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
            return
        if url_state.current().corpus == name:
            url_state.set_next(**{url_state.CORPUS: "senses"})
        st.toast(plain(f"{name} is deleted."))
        st.rerun()
    if back.button("Keep it", key="keep_corpus", width="stretch"):
        corpus_view.end_delete()
        st.rerun()
