"""The first rows of a source, before anything is imported: which columns it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpora.beir import read_beir
from corpora.columns import Columns, suggested
from corpora.complaints import in_file, shown
from corpora.json_rows import as_field, json_rows
from corpora.parquet import parquet_rows
from corpora.qrels import qrels_file
from corpora.reader import (
    DELIMITERS,
    FORMATS,
    JSONL_SUFFIXES,
    PARQUET_SUFFIXES,
    source_at,
)
from corpora.reading import UTF_8, Reading
from corpora.tables import table_rows
from corpora.text_folder import read_text_folder, text_files

ROWS = 5
ROWS_FOR_NAMES = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """What kind of source it is and its first rows.

    `names` are the columns to choose from, empty where the format fixes them.
    """

    kind: str
    names: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    columns: Columns | None = None
    queries: bool = False
    judgments: bool = False


def preview(path: Path, encoding: str = UTF_8) -> Preview:
    """The first five rows of a file, a folder, or what a zip holds; bad ones are passed over.

    Raises CrossExamError for what cannot be read at all.
    """
    with source_at(path) as source:
        reading = Reading(keep_good=True, encoding=encoding)
        if source.is_dir():
            if not (source / "corpus.jsonl").exists() and next(text_files(source), None):
                return _texts(source, reading)
            return _beir(source, reading)
        suffix = source.suffix.lower()
        if suffix in JSONL_SUFFIXES:
            return _rows("a JSONL file", json_rows(source, reading))
        if suffix in DELIMITERS:
            kind = "a CSV file" if suffix == ".csv" else "a TSV file"
            return _rows(kind, _table(source, DELIMITERS[suffix], reading))
        if suffix in PARQUET_SUFFIXES:
            return _rows("a Parquet file", parquet_rows(source, reading))
        raise in_file(source, f"the suffix {shown(suffix)} tells no known format: give {FORMATS}")


def _rows(kind: str, rows: Iterator[tuple[int, dict[str, object]]]) -> Preview:
    met = [row for _, row in islice(rows, ROWS_FOR_NAMES)]
    names = tuple(dict.fromkeys(name for row in met for name in row if name))
    told = [{name: as_field(value) for name, value in row.items() if name} for row in met]
    return Preview(kind, names, tuple(told[:ROWS]), suggested(names, told))


def _table(path: Path, delimiter: str, reading: Reading) -> Iterator[tuple[int, dict[str, object]]]:
    rows = table_rows(path, delimiter, reading)
    _, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    if not any(names):
        raise in_file(path, "no header line: name the columns in the first line")
    empty: dict[str, object] = dict.fromkeys(names, "")
    count = 0
    for line, cells in rows:
        if len(cells) == len(names):
            count += 1
            yield line, dict(zip(names, cells, strict=True))
    if not count:
        yield 1, empty


def _beir(folder: Path, reading: Reading) -> Preview:
    documents = folder / "corpus.jsonl"
    if not documents.is_file():
        read_beir(folder, folder.name, reading)  # says what is missing
    first = _rows("a BEIR folder", json_rows(documents, reading))
    return Preview(
        first.kind,
        (),
        first.rows,
        queries=(folder / "queries.jsonl").is_file(),
        judgments=qrels_file(folder / "qrels") is not None,
    )


def _texts(folder: Path, reading: Reading) -> Preview:
    corpus = read_text_folder(folder, folder.name, reading, most=ROWS)
    rows = tuple(
        {"id": document.doc_id, "title": document.title, "text": document.text}
        for document in corpus.store.get(corpus.store.ids())
    )
    return Preview("a folder of text files", (), rows)
