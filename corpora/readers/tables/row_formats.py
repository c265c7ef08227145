"""The formats of files of rows, in one list: how each is recognised, and what reads it.

A further format is a module that yields (line, object) and one record here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora.readers.input_errors import in_file, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.search_engine_dumps import bulk_rows, is_bulk_action, unwrapped
from corpora.readers.tables.json_rows import Row, json_rows
from corpora.readers.tables.json_whole import whole_rows
from corpora.readers.tables.parquet import parquet_rows
from corpora.readers.tables.table_layout import Layout, TableLayout, has_known_header
from corpora.readers.tables.tables import OWN_SEPARATORS, open_table
from corpora.readers.text_head import TextHead, base_suffix, text_head
from corpora.readers.trec_documents import is_trec_documents, trec_document_rows
from engine.types.registries.registry import Registry

PARQUET_KIND = "a Parquet file"
PARQUET_SUFFIXES = (".parquet", ".pq")
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json", ".jsonlines")
TREC_SUFFIXES = (".trec", ".sgml", ".sgm", ".xml", ".dat")
FORMATS = (
    "a BEIR folder, .jsonl, .json, .csv, .tsv, .parquet, TREC documents, a folder of .md or .txt "
    "files, a .gz of one of these files, or a .zip"
)
OFFICE = {
    ".xlsx": "an Excel workbook: save its sheet as CSV",
    ".xls": "an Excel workbook: save its sheet as CSV",
    ".ods": "a spreadsheet: save its sheet as CSV",
    ".pdf": "a PDF: save its text as .txt",
    ".docx": "a Word document: save its text as .txt",
    ".tgz": "a packed folder: pack it as a .zip",
    ".tar": "a packed folder: pack it as a .zip",
    ".7z": "a packed folder: pack it as a .zip",
    ".rar": "a packed folder: pack it as a .zip",
    ".html": "a web page: save its text as .txt or .md",
    ".htm": "a web page: save its text as .txt or .md",
    ".rtf": "a text with the marks of RTF: save it as .txt",
    ".epub": "a book: save its text as .txt",
}


@dataclass(frozen=True, slots=True)
class RowSource:
    """The rows of a file; `layout` is that of a table, None for objects."""

    path: Path
    kind: str
    rows: Iterator[tuple[int, Row]]
    layout: TableLayout | None = None


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A file to read, and what was said of it."""

    path: Path
    layout: Layout
    read_options: ReadOptions
    chosen: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class RowFormat:
    """One format: its suffixes, whether a file that begins so is of it, and its reader.

    `known_by_looks` says that such a start is enough, whatever the suffix.
    """

    name: str
    suffixes: tuple[str, ...]
    recognised: Callable[[TextHead], bool]
    open: Callable[[RowRequest], RowSource]
    known_by_looks: bool = False


def data_suffixes() -> frozenset[str]:
    """The suffixes of files of rows; one that ends in .txt may as well be a text."""
    return frozenset(each for row_format in ROW_FORMATS for each in row_format.suffixes) - {".txt"}


def row_source(
    path: Path,
    layout: Layout | None = None,
    read_options: ReadOptions | None = None,
    chosen: Collection[str] = (),
) -> RowSource:
    """The rows of the file at `path`, by its suffix and its first bytes.

    `chosen` are names of columns that somebody gave. Raises CrossExamError for a format that
    is not known, with the known ones.
    """
    read_options, layout = read_options or ReadOptions(), layout or Layout()
    request = RowRequest(path, layout, read_options, chosen)
    return row_format(path, read_options.encoding).open(request)


def row_format(path: Path, encoding: str) -> RowFormat:
    """The format of a file; raises CrossExamError where none fits."""
    suffix = base_suffix(path)
    if suffix in PARQUET_SUFFIXES:
        return PARQUET
    head: TextHead | None = None
    if suffix not in OFFICE and path.suffix.lower() not in OFFICE:
        head = text_head(path, encoding)
    by_suffix = [each for each in ROW_FORMATS if suffix in each.suffixes]
    if head is not None:
        looks = [each for each in ROW_FORMATS if each.known_by_looks]
        for each in (*by_suffix, *looks):
            if each.recognised(head):
                return each
    if by_suffix and suffix != ".txt":
        return by_suffix[-1]
    office_format = OFFICE.get(suffix, OFFICE.get(path.suffix.lower(), ""))
    hint = f" ({office_format})" if office_format else ""
    error_message = f"the suffix {shown(suffix)} tells no known format{hint}: give {FORMATS}"
    raise in_file(path, error_message)


def _table(request: RowRequest) -> RowSource:
    table = open_table(request.path, request.layout, request.read_options, request.chosen)
    return RowSource(request.path, table.kind, table.rows, table.layout)


def _json_lines(request: RowRequest) -> RowSource:
    return RowSource(request.path, "a JSONL file", _taken_out(request.path, request.read_options))


def _taken_out(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    for line, row in json_rows(path, read_options):
        several = unwrapped(row)
        if several is None:
            yield line, row
        else:
            for each in several:
                yield line, each


def _bulk(request: RowRequest) -> RowSource:
    rows = bulk_rows(
        request.path, json_rows(request.path, request.read_options), request.read_options
    )
    return RowSource(request.path, "a bulk file of a search engine", rows)


def _json(request: RowRequest) -> RowSource:
    return RowSource(request.path, "a JSON file", whole_rows(request.path, request.read_options))


def _trec(request: RowRequest) -> RowSource:
    return RowSource(
        request.path,
        "a file of TREC documents",
        trec_document_rows(request.path, request.read_options),
    )


def _parquet(request: RowRequest) -> RowSource:
    return RowSource(request.path, PARQUET_KIND, parquet_rows(request.path, request.read_options))


def _objects(head: TextHead) -> list[object]:
    """The values of the first two lines that are not blank, as far as each is JSON."""
    values: list[object] = []
    for line in [line for line in head.lines if line.strip()][:2]:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            break
    return values


def _is_bulk(head: TextHead) -> bool:
    values = _objects(head)
    return bool(values) and isinstance(values[0], dict) and is_bulk_action(values[0])


def _is_spread(head: TextHead) -> bool:
    """An array, or an object over several lines: what is no JSONL, whatever the suffix."""
    first = next((line.strip() for line in head.lines if line.strip()), "")
    return first in ("{", "[") or first.startswith(("[{", "[ {"))


def _is_one_value(head: TextHead) -> bool:
    """One line of JSON, or a first line that is none by itself."""
    lines = [line for line in head.lines if line.strip()]
    return not _objects(head) or (head.whole and len(lines) == 1)


def _looks_like_json(head: TextHead) -> bool:
    return isinstance((_objects(head) or [None])[0], dict) and not _is_bulk(head)


def _is_table(head: TextHead) -> bool:
    lines = [line for line in head.lines if line.strip()]
    tabs = {line.count("\t") for line in lines}
    return len(lines) > 1 and ((len(tabs) == 1 and tabs != {0}) or has_known_header(lines))


PARQUET = RowFormat("parquet", PARQUET_SUFFIXES, lambda _: True, _parquet)
# Of one suffix the first that recognises the file is taken, else the last.
ROW_FORMATS = Registry(
    "format of rows",
    (
        RowFormat(
            "trec",
            (*TREC_SUFFIXES, ".txt"),
            lambda head: is_trec_documents(head.text),
            _trec,
            known_by_looks=True,
        ),
        RowFormat("bulk", JSON_SUFFIXES, _is_bulk, _bulk, known_by_looks=True),
        RowFormat("json", JSON_SUFFIXES, _is_spread, _json),
        RowFormat("json of one value", (".json",), _is_one_value, _json),
        RowFormat("jsonl", JSON_SUFFIXES, _looks_like_json, _json_lines, known_by_looks=True),
        RowFormat("table", (*OWN_SEPARATORS,), _is_table, _table),
        PARQUET,
    ),
)
