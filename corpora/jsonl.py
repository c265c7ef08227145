"""Reads a JSON-lines file: one document a line."""

from __future__ import annotations

from pathlib import Path

from corpora.corpus import Corpus
from corpora.intake import Intake
from corpora.json_rows import Row, as_field, as_id, as_text, as_title, first_key, json_rows
from search.types import Document

ID_KEYS = ("_id", "id", "doc_id")
TEXT_KEYS = ("text", "body", "content")


def read_jsonl(path: Path, name: str) -> Corpus:
    """The corpus in a .jsonl file; scalar values under other keys become fields."""
    intake = Intake(path)
    for line, row in json_rows(path):
        intake.add(_jsonl_document(path, line, row), line)
    return intake.corpus(name, source=path, description="A JSONL file")


def _jsonl_document(path: Path, line: int, row: Row) -> Document:
    id_key = first_key(path, line, row, ID_KEYS)
    text_key = first_key(path, line, row, TEXT_KEYS)
    return Document(
        doc_id=as_id(path, line, id_key, row[id_key]),
        text=as_text(path, line, text_key, row[text_key]),
        title=as_title(path, line, row),
        fields={
            key: as_field(value)
            for key, value in row.items()
            if key not in (id_key, text_key, "title") and isinstance(value, (str, int, float))
        },
    )
