"""Reads BEIR's folder layout: corpus.jsonl, queries.jsonl and qrels/*.tsv."""

from __future__ import annotations

from pathlib import Path

from corpora.complaints import in_file, in_row, listed, shown
from corpora.corpus import Corpus
from corpora.intake import Intake, counted
from corpora.json_rows import Row, as_field, as_id, as_text, as_title, first_key, json_rows
from corpora.qrels import qrels_file, read_qrels
from corpora.queries import metadata_of, read_queries
from corpora.reading import Reading
from search.types import Document

# Keys of our own, for what BEIR has no place for: passages of a split document.
PARENT, SPAN = "_parent", "_span"


def read_beir(folder: Path, name: str, reading: Reading | None = None) -> Corpus:
    """The corpus in a BEIR folder (Thakur et al. 2021); queries and qrels are optional."""
    documents = folder / "corpus.jsonl"
    if not documents.is_file():
        found = listed(sorted(entry.name for entry in folder.iterdir()))
        raise in_file(
            folder, f"no corpus.jsonl in the folder; found {found}: give a BEIR folder or one file"
        )
    intake = Intake(documents, reading)
    for line, row in json_rows(documents, intake.reading):
        with intake.reading.row():
            intake.add(_beir_document(documents, line, row), line)
    queries_path = folder / "queries.jsonl"
    queries = read_queries(queries_path, intake.reading) if queries_path.is_file() else ()
    qrels_path = qrels_file(folder / "qrels")
    description = "A BEIR folder"
    if qrels_path is None:
        return intake.corpus(name, source=folder, description=description, queries=queries)
    known = {query.query_id for query in queries}
    qrels, warnings = read_qrels(qrels_path, known, intake, intake.reading)
    description += (
        f" with {counted(len(queries), 'query', 'queries')}, "
        f"{counted(len(qrels), 'judgment', 'judgments')} ({qrels_path.name})"
    )
    return intake.corpus(
        name,
        source=folder,
        description=description,
        queries=queries,
        qrels=qrels,
        warnings=warnings,
    )


def _beir_document(path: Path, line: int, row: Row) -> Document:
    id_key = first_key(path, line, row, ("_id",))
    text_key = first_key(path, line, row, ("text",))
    parent = row.get(PARENT)
    return Document(
        doc_id=as_id(path, line, id_key, row[id_key]),
        text=as_text(path, line, text_key, row[text_key]),
        title=as_title(path, line, row),
        parent_id=None if parent is None else as_id(path, line, PARENT, parent),
        span=None if parent is None else _span(path, line, row.get(SPAN)),
        fields={
            key: as_field(value)
            for key, value in metadata_of(path, line, row).items()
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
