"""Reads BEIR's folder layout: corpus.jsonl, queries.jsonl and qrels/*.tsv."""

from __future__ import annotations

from pathlib import Path

from corpora.complaints import in_file, in_row, listed, shown
from corpora.corpus import Corpus
from corpora.intake import Intake, counted
from corpora.json_rows import Row, as_field, as_id, as_text, as_title, first_key, json_rows
from corpora.qrels import qrels_file, read_qrels
from search.types import Document, Query


def read_beir(folder: Path, name: str) -> Corpus:
    """The corpus in a BEIR folder (Thakur et al. 2021); queries and qrels are optional."""
    documents = folder / "corpus.jsonl"
    if not documents.is_file():
        found = listed(sorted(entry.name for entry in folder.iterdir()))
        raise in_file(
            folder, f"no corpus.jsonl in the folder; found {found}: give a BEIR folder or one file"
        )
    intake = Intake(documents)
    for line, row in json_rows(documents):
        intake.add(_beir_document(documents, line, row), line)
    queries = _read_queries(folder / "queries.jsonl")
    qrels_path = qrels_file(folder / "qrels")
    description = "A BEIR folder"
    if qrels_path is None:
        return intake.corpus(name, source=folder, description=description, queries=queries)
    qrels, warnings = read_qrels(qrels_path, {query.query_id for query in queries}, intake)
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
    return Document(
        doc_id=as_id(path, line, id_key, row[id_key]),
        text=as_text(path, line, text_key, row[text_key]),
        title=as_title(path, line, row),
        fields={
            key: as_field(value)
            for key, value in _metadata_of(path, line, row).items()
            if value is not None
        },
    )


def _read_queries(path: Path) -> tuple[Query, ...]:
    """The queries of the file, or none where there is no such file."""
    if not path.is_file():
        return ()
    queries: list[Query] = []
    lines: dict[str, int] = {}
    for line, row in json_rows(path):
        query = _beir_query(path, line, row)
        first = lines.setdefault(query.query_id, line)
        if first != line:
            raise in_row(
                path,
                line,
                f"the id {shown(query.query_id)} is already in line {first}: "
                "give each query its own",
            )
        queries.append(query)
    return tuple(queries)


def _beir_query(path: Path, line: int, row: Row) -> Query:
    id_key = first_key(path, line, row, ("_id",))
    text_key = first_key(path, line, row, ("text",))
    text = as_text(path, line, text_key, row[text_key])
    if not text.strip():
        raise in_row(path, line, "the query's text is empty: write one or remove the row")
    metadata = _metadata_of(path, line, row)
    tags = metadata.get("tags") or []
    if not isinstance(tags, list):
        raise in_row(path, line, f'\'tags\' is {shown(tags)}, not a list: write ["one", "two"]')
    note = metadata.get("note")
    return Query(
        query_id=as_id(path, line, id_key, row[id_key]),
        text=text,
        tags=tuple(as_text(path, line, "tags", tag) for tag in tags),
        note="" if note is None else as_text(path, line, "note", note),
    )


def _metadata_of(path: Path, line: int, row: Row) -> Row:
    metadata = row.get("metadata")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise in_row(
            path,
            line,
            f"'metadata' is {shown(metadata)}, not an object: write {{}} or leave it out",
        )
    return metadata
