"""Reads queries: BEIR's JSONL, a TSV of id and text, or plain lines."""

from __future__ import annotations

from pathlib import Path

from corpora.complaints import in_file, in_row, shown
from corpora.json_rows import Row, as_id, as_text, first_key, json_rows
from corpora.reading import Reading
from corpora.text_lines import text_lines
from search.types import Query

JSONL_SUFFIXES = (".jsonl", ".ndjson")
HEADERS = ("_id", "id", "qid", "query-id", "query_id")


def read_queries(path: Path, reading: Reading | None = None) -> tuple[Query, ...]:
    """The queries of a file: .jsonl with _id and text, .tsv with id and text, or .txt.

    In a .txt file every line is a query; its id is its line's number. A first line
    that names the columns of a TSV is passed over.
    """
    reading = reading or Reading()
    queries: list[Query] = []
    lines: dict[str, int] = {}

    def take(query: Query, line: int) -> None:
        first = lines.setdefault(query.query_id, line)
        if first != line:
            raise in_row(
                path,
                line,
                f"the id {shown(query.query_id)} is already in line {first}: "
                "give each query its own",
            )
        queries.append(query)

    if path.suffix.lower() in JSONL_SUFFIXES:
        for line, row in json_rows(path, reading):
            with reading.row():
                take(_query_of(path, line, row), line)
    else:
        for line, text in text_lines(path, reading):
            with reading.row():
                query = _query_of_line(path, line, text.strip("\r\n"))
                if query is not None:
                    take(query, line)
    if not queries:
        raise in_file(path, "no query in it: give at least one")
    return tuple(queries)


def _query_of_line(path: Path, line: int, text: str) -> Query | None:
    if not text.strip():
        return None
    if path.suffix.lower() == ".txt":
        return Query(str(line), text.strip())
    query_id, tab, words = text.partition("\t")
    if line == 1 and query_id.strip().casefold() in HEADERS:
        return None
    if not tab:
        raise in_row(path, line, f"no tab in {shown(text)}: write the query's id, a tab, its text")
    if not query_id.strip():
        raise in_row(path, line, "the query's id is empty: write one before the tab")
    if not words.strip():
        raise in_row(path, line, "the query's text is empty: write one or remove the row")
    return Query(query_id.strip(), words.strip())


def _query_of(path: Path, line: int, row: Row) -> Query:
    id_key = first_key(path, line, row, ("_id",))
    text_key = first_key(path, line, row, ("text",))
    text = as_text(path, line, text_key, row[text_key])
    if not text.strip():
        raise in_row(path, line, "the query's text is empty: write one or remove the row")
    metadata = metadata_of(path, line, row)
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


def metadata_of(path: Path, line: int, row: Row) -> Row:
    """The row's object `metadata`, empty where there is none."""
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
