"""Texts and files that a command names, `-` among them: standard input."""

from __future__ import annotations

import gzip
import sys
import tempfile
import zlib
from contextlib import ExitStack
from pathlib import Path

from corpora.readers.input_errors import bytes_in_words
from corpora.readers.tables.names import USUAL, normal_name
from engine.quality.runs.trec_files import decoded
from engine.types import CrossExamError
from system.file_kinds import is_parquet

STDIN = "-"
MOST = 400_000_000
SAMPLE = 1 << 16
LONGEST_TEXT = 1_000_000
ONCE = f"{STDIN} stands for standard input, which can be read once: name files"


def text_argument(text: str) -> str:
    """The text, or what stands on standard input where it is "-".

    Bytes that are no UTF-8 become replacement characters, wherever the text came from.
    """
    if text != STDIN:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    data = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(data) > LONGEST_TEXT:
        raise CrossExamError("standard input holds over 1 MB: give a shorter text")
    return data.decode("utf-8", "replace").strip()


def checked_query(query: str) -> str:
    """The query; raises CrossExamError where it is blank."""
    if not query.strip():
        raise CrossExamError("the query is empty: give at least one word")
    return query


def file_bytes(path: Path, most: int = MOST) -> bytes:
    """What a file, a pipe or a device holds; raises CrossExamError for over `most` bytes."""
    try:
        data = first_bytes(path, most + 1)
    except OSError as error:
        raise CrossExamError(f"{path}: {error.strerror}: give a file that can be read") from error
    if len(data) > most:
        raise CrossExamError(f"{path}: holds over {bytes_in_words(most)}: give a shorter file")
    return data


def first_bytes(path: Path, number: int) -> bytes:
    """The first bytes of a file, a pipe or a device, which has no end; raises OSError."""
    with path.open("rb") as stream:
        return stream.read(number)


def file_text(path: Path, name: str = "") -> str:
    """The text of a file that must be readable; errors call it by `name`, else by its path."""
    return decoded(file_bytes(path), name or str(path))


def name_in_errors(given: str) -> str:
    """What errors call an input that was given by this name."""
    return "standard input" if given == STDIN else given


def input_file(name: str | None, stack: ExitStack, *, lines: bool = False) -> Path | None:
    """The path of that name; of `-` a file that holds what was given on standard input.

    Standard input is kept in a file, which goes when the stack is closed; so is what a pipe or a
    device gives, which can be read once. With `lines`, text
    that is neither JSON nor a table with a usual header is taken for plain lines.
    """
    if name is None:
        return None
    if name != STDIN:
        path = Path(name)
        if not _is_read_once(path):
            return path
        data, source = file_bytes(path), name
    else:
        data, source = sys.stdin.buffer.read(MOST + 1), name_in_errors(name)
        if len(data) > MOST:
            raise CrossExamError("standard input holds over 400 MB: give a file")
    if not data.strip():
        raise CrossExamError(f"{source} is empty: give at least one row")
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="crossexam-stdin-")))
    path = folder / f"stdin{_suffix(data, lines=lines)}"
    path.write_bytes(data)
    return path


def _is_read_once(path: Path) -> bool:
    try:
        return path.is_fifo() or path.is_char_device() or path.is_socket()
    except (OSError, ValueError):  # a name that is too long, a NUL in it
        return False


def _suffix(data: bytes, *, lines: bool) -> str:
    """The suffix that a file of these bytes would have."""
    if data.startswith(b"PK\x03\x04"):
        return ".zip"
    if is_parquet(data):
        return ".parquet"
    packed = ""
    if data.startswith(b"\x1f\x8b"):
        packed = ".gz"
        try:
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, SAMPLE)
        except (zlib.error, gzip.BadGzipFile):
            return ".csv.gz"
    start = data[:SAMPLE].decode("utf-8-sig", "replace").lstrip()
    if start.startswith(("{", "[")):
        return f".json{packed}"
    if start.startswith("<"):
        return f".xml{packed}"
    first = start.splitlines()[0] if start else ""
    cells = (cell.strip(' "') for mark in ",;\t|" for cell in first.split(mark) if mark in first)
    table = any(normal_name(cell) in USUAL for cell in cells)
    return f".csv{packed}" if table or not lines else f".txt{packed}"
