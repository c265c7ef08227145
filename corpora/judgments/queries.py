"""Reads queries: rows of any format, TREC topics, or plain lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpora.judgments.query_weights import query_weight
from corpora.judgments.topics import is_topics, topic_rows
from corpora.readers.input_errors import in_file, in_row, listed, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import Row, as_id, as_text, first_key
from corpora.readers.tables.json_whole import json_values
from corpora.readers.tables.names import (
    QUERY_ID_NAMES,
    QUERY_TEXT_NAMES,
    TAG_NAMES,
    WEIGHT_NAMES,
    either,
    normal_name,
    usual_name,
)
from corpora.readers.tables.row_formats import RowSource, row_format, row_source
from corpora.readers.tables.table_layout import Layout, TableLayout
from corpora.readers.text_head import base_suffix, text_head
from corpora.readers.text_lines import text_lines
from engine.types import CrossExamError, Query

TEXT_SUFFIXES = (".txt", ".text", ".topics", ".top", "")
NAMES = (*QUERY_ID_NAMES, *QUERY_TEXT_NAMES)
STRINGS = re.compile(r'\s*\[\s*"')
KEPT_NAMES = ("note", "metadata", "description")
KEPT_COLUMNS = (*TAG_NAMES, *WEIGHT_NAMES)
EMPTY = "the query's text is empty: write one or remove the row"


def read_queries(path: Path, read_options: ReadOptions | None = None) -> tuple[Query, ...]:
    """The queries of a file: JSON, a table or Parquet with an id and a text, or TREC topics.

    In a .txt file every line is a query, unless its lines are parted by tabs; a query without
    an id goes by the number of its line. Columns for which a query has no place are named in
    a note; one of tags is kept, and one of weights, which is how often each query is searched.
    """
    read_options = read_options or ReadOptions()
    queries: list[Query] = []
    lines: dict[str, tuple[int, str, float | None]] = {}
    for line, query in _queries(path, read_options):
        with read_options.row():
            first, text, weight = lines.setdefault(query.query_id, (line, query.text, query.weight))
            if first == line:
                queries.append(query)
            elif (text, weight) == (query.text, query.weight) and query.text:
                repeated_words = "query was met again unchanged", "queries were met again unchanged"
                read_options.passed(path, line, *repeated_words)
            else:
                raise in_row(
                    path,
                    line,
                    f"the id {shown(query.query_id)} is already in line {first}: "
                    "give each query its own",
                )
    if not queries:
        raise in_file(path, "no query in it: give at least one")
    return tuple(queries)


def _queries(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Query]]:
    if _is_packed_text(path) and is_topics(text_head(path, read_options.encoding).text):
        for line, topic in topic_rows(path, read_options):
            with read_options.row():
                if not topic["text"]:
                    raise in_row(path, line, EMPTY)
                yield line, Query(topic["id"], topic["text"], note=topic["description"])
        return
    if _is_packed_text(path) and STRINGS.match(text_head(path, read_options.encoding).text):
        yield from _strings(path, read_options)
        return
    source = _source(path, read_options)
    if source is None:
        for line, text in text_lines(path, read_options, any_end=True):
            if text.strip():
                yield line, Query(str(line), text.strip())
        return
    layout = source.layout
    if layout is not None and (
        not layout.header or (not layout.sure and usual_name(layout.names, NAMES) is None)
    ):
        yield from _without_header(source, layout, read_options)
        return
    noted = False
    for line, row in source.rows:
        with read_options.row():
            query = _query_of(path, line, row, table=layout is not None)
            if not noted:
                _say_what_is_not_kept(path, row, read_options)
                noted = True
            yield line, query


def _strings(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Query]]:
    """The queries of a JSON array of strings, by their numbers."""
    values = json_values(path, read_options)
    if len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    read_options.note(path, "its queries have no ids: they are numbered")
    for number, value in enumerate(values, 1):
        with read_options.row():
            text = as_text(path, number, "query", value).strip()
            if not text:
                raise in_row(path, number, EMPTY)
            yield number, Query(str(number), text)


def _is_packed_text(path: Path) -> bool:
    return base_suffix(path) not in (".parquet", ".pq")


def _source(path: Path, read_options: ReadOptions) -> RowSource | None:
    """The rows of the file; None for plain lines."""
    if base_suffix(path) in TEXT_SUFFIXES:
        try:
            row_format(path, read_options.encoding)
        except CrossExamError:
            return None
    return row_source(path, Layout(by_names=True), read_options, KEPT_COLUMNS)


def _without_header(
    source: RowSource, layout: TableLayout, read_options: ReadOptions
) -> Iterator[tuple[int, Query]]:
    """Rows of id and text; of passages listed by query (qid, pid, query, passage) the query."""
    path, names = source.path, layout.names
    if len(names) == 1:
        for line, row in source.rows:
            text = str(row[names[0]]).strip()
            if text:
                yield line, Query(str(line), text)
        return
    text_at = names[2] if len(names) == 4 else names[1]
    columns_used = {names[0], text_at}
    other_names = [name for name in names if name not in columns_used]
    if other_names:
        read_options.note(
            path, f"not kept, for a query has an id and a text: {listed(other_names)}"
        )
    for line, row in source.rows:
        with read_options.row():
            query_id, text = str(row[names[0]]).strip(), str(row[text_at]).strip()
            if not query_id:
                raise in_row(path, line, "the query's id is empty: write one before the tab")
            if not text:
                raise in_row(path, line, EMPTY)
            yield line, Query(query_id, text)


def _query_of(path: Path, line: int, row: Row, *, table: bool) -> Query:
    id_key = usual_name(row, QUERY_ID_NAMES)
    text_key = first_key(path, line, row, _text_names(row))
    if id_key is None and not table:
        id_key = first_key(path, line, row, QUERY_ID_NAMES)
    text = as_text(path, line, text_key, row[text_key]).strip()
    if not text:
        raise in_row(path, line, EMPTY)
    metadata = metadata_of(path, line, row)
    note = metadata.get("note", row.get("note", row.get("description")))
    return Query(
        query_id=str(line) if id_key is None else as_id(path, line, id_key, row[id_key]).strip(),
        text=text,
        tags=_tags(path, line, row, metadata),
        note="" if note is None else as_text(path, line, "note", note),
        weight=query_weight(path, line, row, metadata),
    )


def _text_names(row: Row) -> tuple[str, ...]:
    """Where the text may stand: beside a query_id, the column "query" is it before all others."""
    return ("query", *QUERY_TEXT_NAMES) if usual_name(row, ("query_id",)) else QUERY_TEXT_NAMES


def _tags(path: Path, line: int, row: Row, metadata: Row) -> tuple[str, ...]:
    key = usual_name(row, TAG_NAMES)
    tags = metadata.get("tags") or (row[key] if key else None) or []
    if isinstance(tags, str) and key and "tags" not in metadata:
        return tuple(tag.strip() for tag in tags.split(",") if tag.strip())
    if not isinstance(tags, list):
        raise in_row(path, line, f'\'tags\' is {shown(tags)}, not a list: write ["one", "two"]')
    return tuple(as_text(path, line, "tags", tag) for tag in tags)


def _say_what_is_not_kept(path: Path, row: Row, read_options: ReadOptions) -> None:
    if usual_name(row, QUERY_ID_NAMES) is None:
        read_options.note(
            path, f"no {either(QUERY_ID_NAMES, 3)} in it: queries are numbered by their lines"
        )
    weight_name = usual_name(row, WEIGHT_NAMES)
    if weight_name is not None:
        read_options.note(path, f"{shown(weight_name)} was read as how often a query is searched")
    used_names = {usual_name(row, QUERY_ID_NAMES), usual_name(row, TAG_NAMES), weight_name}
    text_names = (
        ("query", *QUERY_TEXT_NAMES) if usual_name(row, ("query_id",)) else QUERY_TEXT_NAMES
    )
    used_names.add(usual_name(row, text_names))
    other_names = [
        name for name in row if name not in used_names and normal_name(name) not in KEPT_NAMES
    ]
    if other_names:
        read_options.note(
            path, f"not kept, for a query has no place for them: {listed(other_names)}"
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
