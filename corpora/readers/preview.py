"""The first rows of a source, before anything is imported: how it is read, which columns it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpora.readers.folders import FolderFiles, folder_files, split_of
from corpora.readers.read_options import UTF_8, ReadOptions
from corpora.readers.reader import is_one_text, source_at
from corpora.readers.tables.columns import Columns, suggested
from corpora.readers.tables.json_rows import as_field
from corpora.readers.tables.names import flat
from corpora.readers.tables.row_formats import PARQUET_KIND, row_source
from corpora.readers.tables.table_layout import Layout, TableLayout
from corpora.readers.text_folder import read_text_files
from corpora.readers.text_head import HEAD_BYTES, encoding_of, opened

ROWS = 5
ROWS_FOR_NAMES = 100


@dataclass(frozen=True, slots=True)
class Preview:
    """What kind of source it is and its first rows.

    `names` are the columns to choose from, empty where the format fixes them; `layout` is how
    a table was read, `notes` say what was decided by looking, and `splits` name the judgments
    of a folder that has several.
    """

    kind: str
    names: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    columns: Columns | None = None
    queries: bool = False
    judgments: bool = False
    layout: TableLayout | None = None
    notes: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()


def preview(path: Path, encoding: str = UTF_8, layout: Layout | None = None) -> Preview:
    """The first five rows of a file, a folder, or what a zip holds; bad ones are passed over.

    Raises CrossExamError for what cannot be read at all.
    """
    with source_at(path) as source:
        read_options = ReadOptions(keep_good=True, encoding=encoding)
        if source.is_dir():
            files = folder_files(source)
            if files.texts:
                return _texts(source, files.texts, read_options)
            return _folder(files, read_options, layout)
        if is_one_text(source, read_options):
            return _texts(source.parent, (source,), read_options)
        return _file(source, read_options, layout)


def _file(path: Path, read_options: ReadOptions, layout: Layout | None) -> Preview:
    source = row_source(path, layout, read_options)
    if read_options.encoding == UTF_8 and source.kind != PARQUET_KIND and not _is_utf_8(path):
        read_options.note(path, "it is not UTF-8: choose its encoding, most likely Windows-1252")
    table_layout = source.layout
    met = list(islice(source.rows, ROWS_FOR_NAMES))
    rows = [
        {name: as_field(value) for name, value in flat(row).items() if name and value is not None}
        for _, row in met
    ]
    header_names = table_layout.names if table_layout is not None else ()
    names = tuple(dict.fromkeys((*header_names, *(name for row in rows for name in row))))
    if table_layout is not None:
        empty = [n for n in table_layout.unnamed if not any(row.get(n) for row in rows)]
        names = tuple(name for name in names if name not in empty)
        rows = [{n: v for n, v in row.items() if n in names} for row in rows]
        rows = rows or [dict.fromkeys(names, "")]
    columns = suggested(names, rows)
    return Preview(
        source.kind,
        names,
        tuple(rows[:ROWS]),
        columns,
        layout=table_layout,
        notes=read_options.notes,
    )


def _folder(files: FolderFiles, read_options: ReadOptions, layout: Layout | None) -> Preview:
    documents = _file(files.documents[0], read_options, layout)
    is_beir = files.beir
    return Preview(
        "a BEIR folder" if is_beir else f"a folder with {documents.kind}",
        () if is_beir else documents.names,
        documents.rows,
        None if is_beir else documents.columns,
        queries=files.queries is not None,
        judgments=bool(files.qrels),
        layout=None if is_beir else documents.layout,
        notes=documents.notes,
        splits=tuple(split_of(path) for path in files.qrels),
    )


def _texts(folder: Path, paths: tuple[Path, ...], read_options: ReadOptions) -> Preview:
    corpus = read_text_files(folder, paths[:ROWS], folder.name, read_options)
    rows = tuple(
        {"id": document.doc_id, "title": document.title, "text": document.text}
        for document in corpus.store.get(corpus.store.ids())
    )
    kind = "a text file, one document" if len(paths) == 1 else "a folder of text files"
    return Preview(kind, (), rows)


def _is_utf_8(path: Path) -> bool:
    """Whether the start of a file is UTF-8, or UTF-16 that says so."""
    with opened(path) as (stream, _):
        data = stream.read(HEAD_BYTES)
    try:
        data.decode(encoding_of(data))
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data" or error.end >= len(data)
    return True
