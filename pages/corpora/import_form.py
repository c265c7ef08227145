"""The view of an import: a source, its columns, what to do with bad rows, and its progress."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from components.common.messages import error, notice, plain
from components.corpora.encoding_box import encoding_box
from components.corpora.preview import preview_table
from components.search.headline import headline
from engine.types import CrossExamError
from pages.corpora.contents import contents
from pages.corpora.how_read import (
    chosen_layout,
    column_boxes,
    layout_boxes,
    splitting_boxes,
)
from pages.corpora.import_outcome import import_outcome, import_refused
from pages.corpora.import_source import import_source, queries_and_judgments
from state import url_state
from state.corpora import imports as corpus_import
from state.corpora.imports import ENCODINGS, ImportRequest, Layout, Preview

REFUSE, KEEP = "Refuse the import", "Keep the good rows"


def show_import() -> None:
    """Draw the form, and the import that runs or ran."""
    headline("Import your own documents")
    st.markdown(
        "CSV, TSV, JSON, Parquet, TREC documents, dumps of search engines, a BEIR folder, Markdown "
        "or text files: packed or not, folders zipped or by their path. Nothing leaves this "
        "machine: the rows are checked, then copied into the local library."
    )
    outcome_box = st.container()
    with st.container(border=True):
        path = import_source()
    with outcome_box:
        import_outcome(path)
    if path is None:
        return
    encoding = url_state.widget_value("import_encoding") or ENCODINGS[0]
    try:
        layout = chosen_layout(path)
        preview = corpus_import.previewed(path, encoding, layout)
    except CrossExamError as problem:
        import_refused(problem)
        encoding_box(ENCODINGS, key="import_encoding")
        return
    for note in preview.notes:
        if "is not UTF-8" in note:
            notice(note)
    _form(path, preview, layout)


def _form(path: Path, preview: Preview, layout: Layout) -> None:
    """The form; its button and what was counted stand above the choices that they depend on."""
    request_box = st.container(border=True)
    st.caption("Its first rows:")
    preview_table(preview.rows, key="import_preview")
    if preview.layout is None:
        encoding = encoding_box(ENCODINGS, key="import_encoding")
    else:
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        with left:
            layout = layout_boxes(path, preview)
        with right:
            encoding = encoding_box(ENCODINGS, key="import_encoding")
    try:
        columns = column_boxes(preview)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    split, split_for = splitting_boxes()
    request_with_judgments = queries_and_judgments(preview)
    with request_box:
        st.markdown(f"**{plain(path.name)}** is {plain(preview.kind)}.")
        name_box, bad_box, button_box = st.columns([2, 1.6, 1], vertical_alignment="bottom")
        name = name_box.text_input(
            "Name of the corpus", value=path.stem, max_chars=80, key=f"import_name_{path.name}"
        )
        bad = bad_box.selectbox("When rows are bad", (REFUSE, KEEP), key="import_bad_rows")
        request = replace(
            request_with_judgments,
            path=path,
            name=name,
            columns=columns,
            split=split,
            split_for=split_for,
            keep_good=bad == KEEP,
            encoding=encoding,
            layout=layout,
        )
        with button_box:
            _start(request)
        if corpus_import.awaits(path):
            contents(request)


def _start(request: ImportRequest) -> None:
    job = corpus_import.running()
    busy = job is not None and job.running
    if not st.button(
        "Import",
        type="primary",
        key="start_import",
        disabled=busy,
        help="Another import is running." if busy else None,
        width="stretch",
    ):
        return
    try:
        corpus_import.start(request)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        st.rerun()
