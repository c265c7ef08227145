"""Numbered lines of a text file that is checked while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpora.complaints import from_system, in_file, in_row

BOM = b"\xef\xbb\xbf"


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """(line number from 1, line with its line break) of a UTF-8 file, a BOM taken off.

    Lines end at a line feed only, so the separators that Unicode adds to them
    stay part of the text. Raises for an empty file, other encodings and NUL bytes.
    """
    number = 0
    try:
        with path.open("rb") as stream:
            for number, raw in enumerate(stream, start=1):
                yield number, _decoded(path, number, raw)
    except OSError as error:
        raise from_system(path, error, "give a file that can be read") from error
    if number == 0:
        raise in_file(path, "the file is empty: give one with at least one document")


def _decoded(path: Path, number: int, raw: bytes) -> str:
    if number == 1:
        raw = raw.removeprefix(BOM)
    if b"\0" in raw:
        raise in_row(
            path, number, "a NUL byte, so this is no UTF-8 text file: save it as UTF-8 text"
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise in_row(
            path,
            number,
            f"byte {error.start + 1} of the line (0x{raw[error.start]:02x}) is not UTF-8: "
            "save the file as UTF-8",
        ) from error
