"""Numbered lines of a text file that is checked while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from corpora.complaints import bytes_in_words, from_system, in_file, in_row
from corpora.reading import UTF_8, Reading

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 32_000_000
LARGEST_FILE = 1_000_000_000
BLOCK = 1 << 20
MAGIC = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"PK\x03\x04": "a zip archive (or an Office document)",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "an SQLite database",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}


def text_lines(path: Path, reading: Reading | None = None) -> Iterator[tuple[int, str]]:
    """(line number from 1, line with its line break) of a text file, a BOM taken off.

    Lines end at a line feed only, so the separators that Unicode adds to them
    stay part of the text. An empty file is refused, and one that is no text; a line
    in another encoding, with a NUL byte or over 32 MB is a bad row.
    """
    reading = reading or Reading()
    number = read = 0
    what = f"reading {path.name}, kB"
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise in_file(
                path,
                f"the file has {bytes_in_words(size)}, over the limit of "
                f"{bytes_in_words(LARGEST_FILE)}: split it into several",
            )
        with path.open("rb") as stream:
            while raw := stream.readline(LONGEST_LINE + 1):
                number += 1
                read += len(raw)
                if number == 1:
                    refuse_other_kinds(path, raw)
                reading.at(what, number, read // 1000, size // 1000)
                with reading.row():
                    if len(raw) > LONGEST_LINE:
                        if reading.keep_good:
                            _skip_line(stream)
                        raise in_row(
                            path,
                            number,
                            f"the line is longer than {bytes_in_words(LONGEST_LINE)}: "
                            "write one document a line",
                        )
                    yield number, _decoded(path, number, raw, reading.encoding)
    except OSError as error:
        raise from_system(path, error, "give a file that can be read") from error
    if number == 0:
        raise in_file(path, "the file is empty: give one with at least one document")


def refuse_other_kinds(path: Path, start: bytes) -> None:
    """Raise where the first bytes are known to be those of no text file."""
    for magic, kind in MAGIC.items():
        if start.startswith(magic):
            remedy = "save it as UTF-8" if "UTF-16" in kind else "give a text file, or name it so"
            raise in_row(path, 1, f"this is {kind}, whatever its name says: {remedy}")


def _skip_line(stream: BinaryIO) -> None:
    while (part := stream.readline(BLOCK)) and not part.endswith(b"\n"):
        pass


def _decoded(path: Path, number: int, raw: bytes, encoding: str) -> str:
    if number == 1:
        raw = raw.removeprefix(BOM)
    if b"\0" in raw:
        raise in_row(
            path, number, "a NUL byte, so this is no UTF-8 text file: save it as UTF-8 text"
        )
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == UTF_8 else encoding
        other = ", or import it with the encoding windows-1252" if encoding == UTF_8 else ""
        raise in_row(
            path,
            number,
            f"byte {error.start + 1} of the line (0x{raw[error.start]:02x}) is not {name}: "
            f"save the file as UTF-8{other}",
        ) from error
