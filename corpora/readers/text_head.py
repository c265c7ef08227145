"""What the first bytes of a file say: packed or not, in which encoding, how its lines end."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corpora.readers.input_errors import from_system, in_file, in_row
from corpora.readers.read_options import UTF_8
from system.file_kinds import marked_utf_16, other_kind, unmarked_utf_16

GZIP = b"\x1f\x8b"
BOM = codecs.BOM_UTF8
HEAD_BYTES = 1 << 18
GZ_SUFFIX = ".gz"


@dataclass(frozen=True, slots=True)
class TextHead:
    """The start of a text file; `whole` says that it is all of it."""

    text: str
    encoding: str
    line_end: str
    packed: bool
    whole: bool

    @property
    def lines(self) -> list[str]:
        """The lines without their ends; a last one that is cut is left away."""
        return self._split(self.text.replace("\r\n", "\n"), self.line_end)

    @property
    def lines_of_any_end(self) -> list[str]:
        """The lines of a file in which a carriage return ends a line too."""
        return self._split(self.text.replace("\r\n", "\n").replace("\r", "\n"), "\n")

    def _split(self, text: str, line_end: str) -> list[str]:
        parts = text.split(line_end)
        if not self.whole and len(parts) > 1:
            parts.pop()
        return parts


def base_suffix(path: Path) -> str:
    """The suffix in lower case; of "a.csv.gz" it is ".csv"."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == GZ_SUFFIX else suffix


def text_head(path: Path, encoding: str = UTF_8) -> TextHead:
    """The first 256 kB, decoded; what cannot be decoded there is a replacement character."""
    with opened(path) as (stream, packed):
        data = stream.read(HEAD_BYTES + 1)
    is_whole = len(data) <= HEAD_BYTES
    data = data[:HEAD_BYTES]
    refuse_other_kinds(path, data)
    encoding_name = encoding_of(data, encoding)
    text = data.decode(encoding_name, "replace").lstrip("\ufeff")
    line_end = "\r" if "\r" in text and "\n" not in text else "\n"
    return TextHead(text, encoding_name, line_end, packed, is_whole)


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, bool]]:
    """(the bytes of a file, whether they were packed by gzip); errors name the file."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == GZIP
            raw.seek(0)
            if not packed:
                yield raw, False
                return
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream, True  # type: ignore[misc]
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise in_file(path, f"no gzip archive that can be read ({error}): pack it anew") from error
    except OSError as error:
        raise from_system(path, error, "give a file that can be read") from error


def encoding_of(start: bytes, chosen: str = UTF_8) -> str:
    """The encoding that a byte order mark or the NUL bytes of UTF-16 tell, else the chosen."""
    if start.startswith(BOM):
        return UTF_8
    if marked := marked_utf_16(start):
        return marked
    return (unmarked_utf_16(start) if chosen == UTF_8 else "") or chosen


def refuse_other_kinds(path: Path, start: bytes) -> None:
    """Raise where the first bytes are those of no text file."""
    if error_text := other_kind(start):
        raise in_row(path, 1, error_text)
