"""Reads a corpus from a path, whatever its format."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpora.archives import unpacked
from corpora.beir import read_beir
from corpora.columns import Columns
from corpora.complaints import from_system, in_file, listed, shown
from corpora.corpus import Corpus
from corpora.jsonl import read_jsonl
from corpora.parquet import read_parquet
from corpora.reading import Reading
from corpora.tables import read_table
from corpora.text_folder import SUFFIXES as TEXT_SUFFIXES
from corpora.text_folder import read_text_folder, text_files
from search.types import CrossExamError

JSONL_SUFFIXES = (".jsonl", ".ndjson")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
PARQUET_SUFFIXES = (".parquet", ".pq")
DATA_SUFFIXES = (*JSONL_SUFFIXES, *DELIMITERS, *PARQUET_SUFFIXES)
ZIP_SUFFIX = ".zip"
FORMATS = "a BEIR folder, .jsonl, .csv, .tsv, .parquet, a folder of .md or .txt files, or a .zip"


def read_corpus(
    path: str | Path,
    name: str | None = None,
    *,
    columns: Columns | None = None,
    reading: Reading | None = None,
) -> Corpus:
    """The corpus at `path`: a folder, a zip of one, or a file by its suffix.

    `name` is the stem of the path unless given; `columns` are told for a file of rows
    whose names are not the usual ones. Whatever is wrong with the input is a
    CrossExamError of one line that names file and line.
    """
    place = absolute(path)
    with source_at(place, reading) as source:
        try:
            stem = name or (place.name if place.is_dir() else place.stem)
            return read_source(source, stem, columns, reading)
        except OSError as error:
            raise from_system(place, error, f"give {FORMATS}") from error


@contextmanager
def source_at(path: str | Path, reading: Reading | None = None) -> Iterator[Path]:
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
        with unpacked(place, reading) as folder:
            yield _only_file(folder) or folder
    else:
        yield place


def read_source(
    source: Path, name: str, columns: Columns | None = None, reading: Reading | None = None
) -> Corpus:
    """The corpus in what `source_at` gave."""
    if source.is_dir():
        if not (source / "corpus.jsonl").exists() and next(text_files(source), None):
            return read_text_folder(source, name, reading)
        return read_beir(source, name, reading)
    suffix = source.suffix.lower()
    if suffix in JSONL_SUFFIXES:
        return read_jsonl(source, name, columns, reading)
    if suffix in DELIMITERS:
        return read_table(source, name, DELIMITERS[suffix], columns, reading)
    if suffix in PARQUET_SUFFIXES:
        return read_parquet(source, name, columns, reading)
    raise in_file(source, f"the suffix {shown(suffix)} tells no known format: give {FORMATS}")


def _only_file(folder: Path) -> Path | None:
    """The one file of rows in an unpacked archive that is no BEIR folder."""
    if (folder / "corpus.jsonl").exists():
        return None
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    data = [path for path in files if path.suffix.lower() in DATA_SUFFIXES]
    if len(data) == 1:
        return data[0]
    if data:
        names = listed([path.relative_to(folder).as_posix() for path in data])
        raise in_file(folder, f"several files of rows in the archive ({names}): pack one")
    if not any(path.suffix.lower() in TEXT_SUFFIXES for path in files):
        names = listed([path.relative_to(folder).as_posix() for path in files])
        raise in_file(folder, f"no corpus in the archive; found {names}: pack {FORMATS}")
    return None


def absolute(path: str | Path) -> Path:
    """The path with ~ and links resolved, the one spelling under which it is remembered."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise CrossExamError(f"{shown(str(path))} is no path ({error}): give {FORMATS}") from error
