"""The part of the import form that says how a source is read: layout, columns, passages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.common.messages import plain
from engine.types import BI_ENCODER, CROSS_ENCODER
from state import url_state
from state.corpora.imports import SEPARATORS, Columns, Layout, Preview, Split

NUMBERED, NO_TITLE = "(number the rows)", "(none)"
WHOLE, BY_TOKENS, BY_PARAGRAPH = "Keep documents whole", "Split by tokens", "Split by paragraph"
READERS = {"the bi-encoder's tokens": BI_ENCODER, "the cross-encoder's tokens": CROSS_ENCODER}


def chosen_layout(path: Path) -> Layout:
    """What was chosen on the form before this run; nothing before its first drawing."""
    separator = url_state.widget_value(_separator_key(path)) or None
    header = st.session_state.get(_header_key(path, separator))
    return Layout(separator=separator, header=header)


def layout_boxes(path: Path, preview: Preview) -> Layout:
    """How a table is laid out, preset by looking; drawn for tables alone."""
    if preview.layout is None:
        return Layout()
    options = ["", *SEPARATORS]
    names = {"": f"As found: {SEPARATORS[preview.layout.separator]}", **SEPARATORS}
    left, right = st.columns(2, vertical_alignment="bottom")
    separator = left.selectbox(
        "Cells are separated by",
        options,
        format_func=lambda each: names[each].capitalize(),
        key=_separator_key(path),
    )
    header = right.toggle(
        "The first row is a header",
        value=preview.layout.header,
        key=_header_key(path, separator or None),
        help="Off: the first row is a document, and columns go by their numbers.",
    )
    return Layout(separator or preview.layout.separator, header, preview.layout.quoted)


def column_boxes(preview: Preview) -> Columns | None:
    """Which column is what, as the visitor says; None where the format says it."""
    if not preview.names:
        return None
    suggested = preview.columns
    boxes = st.columns(3)
    id_names, title_names = [NUMBERED, *preview.names], [NO_TITLE, *preview.names]
    columns_key = "|".join(preview.names)
    chosen_id = boxes[0].selectbox(
        "Column of the id",
        id_names,
        index=id_names.index(suggested.id) if suggested and suggested.id else 0,
        key=f"import_id_{columns_key}",
    )
    title = boxes[1].selectbox(
        "Column of the title",
        title_names,
        index=title_names.index(suggested.title) if suggested and suggested.title else 0,
        key=f"import_title_{columns_key}",
    )
    text = boxes[2].selectbox(
        "Column of the text",
        preview.names,
        index=preview.names.index(suggested.text) if suggested and suggested.text else 0,
        key=f"import_text_{columns_key}",
    )
    other_names = [each for each in preview.names if each not in (chosen_id, title, text)]
    if other_names:
        st.caption(plain("Kept as fields: " + ", ".join(other_names)))
    return Columns(
        text, "" if chosen_id == NUMBERED else chosen_id, "" if title == NO_TITLE else title
    )


def splitting_boxes() -> tuple[Split | None, str]:
    """How long documents are split, and by whose tokens."""
    split_box, reader_box, length_box, overlap_box = st.columns([1.6, 1.6, 1, 1])
    split = split_box.selectbox(
        "Long documents",
        (WHOLE, BY_TOKENS, BY_PARAGRAPH),
        key="import_split",
        help="Passages are what is ranked; for evaluation their scores are folded back to "
        "documents (MaxP: a document is as good as its best passage).",
    )
    if split == WHOLE:
        return None, BI_ENCODER
    if split == BY_PARAGRAPH:
        return Split("paragraph"), BI_ENCODER
    reader = reader_box.selectbox("Counted in", list(READERS), key="import_split_for")
    length = int(length_box.number_input("Tokens", 16, 4096, 200, step=10, key="import_length"))
    overlap = int(
        overlap_box.number_input(
            "Overlap", 0, length - 1, min(50, length - 1), step=5, key=f"import_overlap_{length}"
        )
    )
    return Split("tokens", length, overlap), READERS[reader]


def _separator_key(path: Path) -> str:
    return f"import_separator_{path}"


def _header_key(path: Path, separator: str | None) -> str:
    return f"import_header_{separator or 'found'}_{path}"
