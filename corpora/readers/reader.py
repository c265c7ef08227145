"""Reads a corpus from a path, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from corpora.importing.corpus_builder import CorpusBuilder, counted
from corpora.judgments.qrels import Judged, read_qrels
from corpora.judgments.queries import read_queries
from corpora.judgments.unanswerable import read_unanswerable
from corpora.readers.archives import unpacked
from corpora.readers.beir import beir_document
from corpora.readers.documents import DocumentMaker
from corpora.readers.folders import TEXT_SUFFIXES, FolderFiles, NoDocuments, folder_files, split_of
from corpora.readers.input_errors import InputError, from_system, in_file, listed, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.row_formats import FORMATS, row_format, row_source
from corpora.readers.tables.table_layout import Layout
from corpora.readers.text_folder import read_text_files
from corpora.readers.text_head import GZ_SUFFIX
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError, Query

ZIP_SUFFIX = ".zip"
PASSED_OVER = "passed over, for it could not be read as its name says ({})"
__all__ = ["FORMATS", "ReadRequest", "absolute", "read_corpus", "read_source", "source_at"]


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """How a source is to be read; what is None is found by looking.

    `judgments` names the split of a folder with several: dev for qrels/dev.tsv.
    """

    columns: Columns | None = None
    layout: Layout | None = None
    judgments: str | None = None


def read_corpus(
    path: str | Path,
    name: str | None = None,
    *,
    columns: Columns | None = None,
    read_options: ReadOptions | None = None,
) -> Corpus:
    """The corpus at `path`: a folder, a zip of one, or a file by its suffix.

    `name` is the stem of the path unless given; `columns` are given for a file of rows
    whose names are not the usual ones. Whatever is wrong with the input is a
    CrossExamError of one line that names file and line.
    """
    place = absolute(path)
    read_options = read_options or ReadOptions()
    with source_at(place, read_options) as source:
        try:
            stem = place.name if place.is_dir() else place.stem
            if place.suffix.lower() == GZ_SUFFIX:
                stem = Path(stem).stem
            corpus = read_source(source, name or stem, ReadRequest(columns), read_options)
        except OSError as error:
            raise from_system(place, error, f"give {FORMATS}") from error
    return replace(corpus, warnings=corpus.warnings + read_options.notes)


@contextmanager
def source_at(path: str | Path, read_options: ReadOptions | None = None) -> Iterator[Path]:
    """The file or folder that holds the rows, unpacked for as long as the block runs."""
    place = absolute(path)
    try:
        there, is_file, is_folder = place.exists(), place.is_file(), place.is_dir()
    except OSError as error:
        raise from_system(place, error, f"give {FORMATS}") from error
    if not there:
        raise in_file(place, f"no such file or folder: give {FORMATS}")
    if not is_file and not is_folder:
        raise in_file(place, f"neither a file nor a folder: give {FORMATS}")
    if is_file and place.suffix.lower() == ZIP_SUFFIX:
        with unpacked(place, read_options) as folder:
            try:
                folder_files(folder)
            except NoDocuments as error:
                raise in_file(
                    folder, f"no corpus in the archive; found {error.contents}: pack {FORMATS}"
                ) from error
            yield folder
    else:
        yield place


def read_source(
    source: Path,
    name: str,
    read_request: ReadRequest | None = None,
    read_options: ReadOptions | None = None,
) -> Corpus:
    """The corpus in what `source_at` gave."""
    read_request, read_options = read_request or ReadRequest(), read_options or ReadOptions()
    if not source.is_dir():
        if is_one_text(source, read_options):
            return read_text_files(source.parent, (source,), name, read_options)
        builder, kind = _documents(source, read_request, read_options)
        return builder.corpus(name, source=source, description=_capital(kind))
    files = folder_files(source)
    if files.texts:
        return read_text_files(source, files.texts, name, read_options, others=files.others)
    return _read_folder(source, files, name, read_request, read_options)


def is_one_text(path: Path, read_options: ReadOptions) -> bool:
    """Whether a single file is one document: a text that holds no rows."""
    if path.suffix.lower() not in TEXT_SUFFIXES:
        return False
    try:
        row_format(path, read_options.encoding)
    except CrossExamError:
        return True
    return False


def _read_folder(
    folder: Path,
    files: FolderFiles,
    name: str,
    read_request: ReadRequest,
    read_options: ReadOptions,
) -> Corpus:
    """A BEIR folder (Thakur et al. 2021), or one whose files' names say the same."""
    builder, kind = _folder_documents(files, read_request, read_options)
    description = "A BEIR folder" if files.beir else f"A folder with {kind}"
    queries = _queries(files, read_options)
    unanswerable = (
        read_unanswerable(files.unanswerable, queries, read_options) if files.unanswerable else ()
    )
    warnings = _passed_over(files)
    judgments = _judgments(files, queries, builder, read_request, read_options)
    if judgments is None:
        corpus = builder.corpus(
            name, source=folder, description=description, queries=queries, warnings=warnings
        )
        return replace(corpus, unanswerable=unanswerable)
    path, judgment_set = judgments
    description += (
        f" with {counted(len(judgment_set.queries), 'query', 'queries')}, "
        f"{counted(len(judgment_set.qrels), 'judgment', 'judgments')} ({path.name})"
    )
    corpus = builder.corpus(
        name,
        source=folder,
        description=description,
        queries=judgment_set.queries,
        qrels=judgment_set.qrels,
        warnings=judgment_set.warnings + warnings,
    )
    return replace(corpus, unanswerable=unanswerable)


def _queries(files: FolderFiles, read_options: ReadOptions) -> tuple[Query, ...]:
    """The folder's queries; a file that was only guessed to hold them may hold none."""
    if files.queries is None:
        return ()
    try:
        return read_queries(files.queries, read_options)
    except InputError as error:
        if files.queries not in files.guessed:
            raise
        read_options.note(files.queries, PASSED_OVER.format(_reason(error)))
        return ()


def _reason(error: InputError) -> str:
    place = "" if error.line is None else f"line {error.line}: "
    return f"{place}{error.error_message}"


def _judgments(
    files: FolderFiles,
    queries: tuple[Query, ...],
    builder: CorpusBuilder,
    read_request: ReadRequest,
    read_options: ReadOptions,
) -> tuple[Path, Judged] | None:
    """(file, judgments in it) of the folder; None where it has none that can be read."""
    if not files.qrels or (not queries and not files.beir):
        return None
    path = chosen_qrels(files.qrels, read_request.judgments)
    try:
        judgment_set = read_qrels(path, queries, builder, read_options)
    except InputError as error:
        if path not in files.guessed or read_request.judgments is not None:
            raise
        read_options.note(path, PASSED_OVER.format(_reason(error)))
        return None
    if len(files.qrels) > 1 and read_request.judgments is None:
        splits = listed([split_of(each) for each in files.qrels])
        read_options.note(
            path, f"judgments of {shown(split_of(path))} were read; there are {splits} to choose"
        )
    return path, judgment_set


def chosen_qrels(paths: tuple[Path, ...], split: str | None) -> Path:
    """The file of this split, the first without one; an error names those there are."""
    if split is None:
        return paths[0]
    for path in paths:
        if split in (split_of(path), path.name):
            return path
    splits = listed([split_of(path) for path in paths])
    raise in_file(paths[0].parent, f"no judgments of {shown(split)}: choose one of {splits}")


def _folder_documents(
    files: FolderFiles, read_request: ReadRequest, read_options: ReadOptions
) -> tuple[CorpusBuilder, str]:
    first = files.documents[0]
    if files.beir:
        builder = CorpusBuilder(first, read_options)
        for line, row in row_source(first, read_request.layout, read_options).rows:
            with read_options.row():
                builder.add(beir_document(first, line, row), line)
        return builder, "a BEIR folder"
    builder, kind = _documents(first, read_request, read_options)
    for path in files.documents[1:]:
        _documents(path, read_request, read_options, builder)
    return builder, kind


def _documents(
    path: Path,
    read_request: ReadRequest,
    read_options: ReadOptions,
    builder: CorpusBuilder | None = None,
) -> tuple[CorpusBuilder, str]:
    """(the documents of a file, its kind); they go into `builder` where one is given."""
    builder = builder or CorpusBuilder(path, read_options)
    columns = read_request.columns
    chosen_columns = (
        [name for name in (columns.id, columns.title, columns.text) if name] if columns else []
    )
    source = row_source(path, read_request.layout, read_options, chosen_columns)
    layout = source.layout
    if layout is not None and not layout.header and columns is None:
        columns = layout.columns
    maker = DocumentMaker(
        path,
        columns,
        read_options,
        table=layout is not None,
        unnamed=layout.unnamed if layout is not None else (),
    )
    if layout is not None and layout.names:
        maker.check(layout.skipped + 1, layout.names)
    for line, row in source.rows:
        with read_options.row():
            builder.add(maker.document(line, row), line, path)
    return builder, source.kind


def _passed_over(files: FolderFiles) -> tuple[str, ...]:
    if not files.others:
        return ()
    count = counted(len(files.others), "file was", "files were")
    return (f"{count} passed over: {listed([path.name for path in files.others], 5)}",)


def _capital(kind: str) -> str:
    return kind[:1].upper() + kind[1:]


def absolute(path: str | Path) -> Path:
    """The path with ~ and links resolved, the one spelling under which it is remembered."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise CrossExamError(f"{shown(str(path))} is no path ({error}): give {FORMATS}") from error
