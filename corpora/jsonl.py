"""Reads a JSON-lines file: one document a line."""

from __future__ import annotations

from pathlib import Path

from corpora.columns import Columns
from corpora.complaints import in_row, listed
from corpora.corpus import Corpus
from corpora.intake import Intake
from corpora.json_rows import Row, as_field, as_id, as_text, first_key, json_rows
from corpora.reading import Reading
from search.types import Document

ID_KEYS = ("_id", "id", "doc_id")
TEXT_KEYS = ("text", "body", "content")


def read_jsonl(
    path: Path, name: str, columns: Columns | None = None, reading: Reading | None = None
) -> Corpus:
    """The corpus in a .jsonl file; scalar values under other keys become fields."""
    intake = Intake(path, reading)
    for line, row in json_rows(path, intake.reading):
        with intake.reading.row():
            intake.add(document_of(path, line, row, columns), line)
    return intake.corpus(name, source=path, description="A JSONL file")


def document_of(path: Path, line: int, row: Row, columns: Columns | None) -> Document:
    """The document in a row, by the chosen columns or by the usual names."""
    if columns is None:
        id_key = first_key(path, line, row, ID_KEYS)
        text_key, title_key = first_key(path, line, row, TEXT_KEYS), "title"
    else:
        id_key, text_key, title_key = columns.id, columns.text, columns.title
        for key in (id_key, text_key):
            if key and key not in row:
                raise in_row(
                    path, line, f"no {key!r}; found {listed(list(row))}: choose another column"
                )
    title = row.get(title_key) if title_key else None
    return Document(
        doc_id=as_id(path, line, id_key, row[id_key]) if id_key else str(line),
        text=as_text(path, line, text_key, row[text_key]),
        title="" if title is None else as_text(path, line, title_key, title),
        fields={
            key: as_field(value)
            for key, value in row.items()
            if key not in (id_key, text_key, title_key) and isinstance(value, (str, int, float))
        },
    )
