"""Reads a corpus from a path, whatever its format."""

from __future__ import annotations

from pathlib import Path

from corpora.beir import read_beir
from corpora.complaints import from_system, in_file, shown
from corpora.corpus import Corpus
from corpora.jsonl import read_jsonl
from corpora.tables import read_table
from search.types import CrossExamError

JSONL_SUFFIXES = (".jsonl", ".ndjson")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
FORMATS = "a BEIR folder, .jsonl, .csv or .tsv"


def read_corpus(path: str | Path, name: str | None = None) -> Corpus:
    """The corpus at `path`: a BEIR folder, or a JSONL, CSV or TSV file by its suffix.

    `name` is the stem of the path unless given. Whatever is wrong with the input
    is a CrossExamError of one line that names file and line.
    """
    place = absolute(path)
    try:
        if place.is_dir():
            return read_beir(place, name or place.name)
        if not place.exists():
            raise in_file(place, f"no such file or folder: give {FORMATS}")
        if not place.is_file():
            raise in_file(place, f"neither a file nor a folder: give {FORMATS}")
        return _read_file(place, name or place.stem)
    except OSError as error:
        raise from_system(place, error, f"give {FORMATS}") from error


def _read_file(path: Path, name: str) -> Corpus:
    suffix = path.suffix.lower()
    if suffix in JSONL_SUFFIXES:
        return read_jsonl(path, name)
    if suffix in DELIMITERS:
        return read_table(path, name, DELIMITERS[suffix])
    raise in_file(path, f"the suffix {shown(suffix)} tells no known format: give {FORMATS}")


def absolute(path: str | Path) -> Path:
    """The path with ~ and links resolved, the one spelling under which it is remembered."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise CrossExamError(f"{shown(str(path))} is no path ({error}): give {FORMATS}") from error
