"""Makes documents of the rows of BEIR's corpus.jsonl, and of our own copies in that form."""

from __future__ import annotations

from pathlib import Path

from corpora.judgments.queries import metadata_of
from corpora.readers.input_errors import in_row, shown
from corpora.readers.tables.json_rows import Row, as_field, as_id, as_text, as_title, first_key
from corpora.readers.tables.names import ID_NAMES, TEXT_NAMES
from engine.types import Document

# Keys of our own, for what BEIR has no place for: passages of a split document.
PARENT, SPAN = "_parent", "_span"


def beir_document(path: Path, line: int, row: Row) -> Document:
    """The document in a row of corpus.jsonl; what its metadata holds becomes fields."""
    id_key = first_key(path, line, row, ID_NAMES)
    text_key = first_key(path, line, row, TEXT_NAMES)
    parent = row.get(PARENT)
    other_columns = {
        key: value
        for key, value in row.items()
        if key not in (id_key, text_key, "title", "metadata", PARENT, SPAN)
    }
    return Document(
        doc_id=as_id(path, line, id_key, row[id_key]),
        text=as_text(path, line, text_key, row[text_key]),
        title=as_title(path, line, row),
        parent_id=None if parent is None else as_id(path, line, PARENT, parent),
        span=None if parent is None else _span(path, line, row.get(SPAN)),
        fields={
            key: as_field(value)
            for key, value in {**other_columns, **metadata_of(path, line, row)}.items()
            if value is not None
        },
    )


def _span(path: Path, line: int, value: object) -> tuple[int, int] | None:
    match value:
        case None:
            return None
        case [int(start), int(end)] if 0 <= start <= end:
            return start, end
    raise in_row(path, line, f"{SPAN!r} is {shown(value)}: write [start, end] in characters")
