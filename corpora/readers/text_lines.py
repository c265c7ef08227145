"""Numbered lines of a text file that is checked while it is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from corpora.readers.input_errors import bytes_in_words, in_file, in_row
from corpora.readers.read_options import UTF_8, ReadOptions
from corpora.readers.text_head import opened, text_head
from system.file_kinds import HIGHEST_RATIO, SMALL, UTF_16

LONGEST_LINE = 32_000_000
LARGEST_FILE = 1_000_000_000
BLOCK = 1 << 20
MARK = "\ufeff"
RETURN = re.compile(r"\r\r\n|\r\n|\r")
WITHIN = (
    "byte order mark within the file was dropped",
    "byte order marks within the file were dropped",
)


def text_lines(
    path: Path, read_options: ReadOptions | None = None, *, any_end: bool = False
) -> Iterator[tuple[int, str]]:
    """(line number from 1, line with its line break) of a text file, its marks taken off.

    Lines end at a line feed only (at a carriage return in a file that has no line feed, or with
    `any_end`, where no text can hold one), so the separators that Unicode adds to them stay part
    of the text. A byte order mark at the start of a later line, where files were put behind one
    another, is dropped and said. A file packed by gzip is
    read as what it holds; UTF-16 is recognised by its mark or its NUL bytes. An empty file is
    refused, and one that is no text; a line in another encoding, with a NUL byte or over
    32 MB is a bad row.
    """
    read_options = read_options or ReadOptions()
    _refuse_large(path)
    head = text_head(path, read_options.encoding)
    if not head.text:
        raise in_file(path, "the file is empty: give one with at least one row")
    if head.encoding in UTF_16 and read_options.encoding not in UTF_16:
        read_options.note(path, "read as UTF-16, as its first bytes say")
    size = path.stat().st_size
    step_name = f"reading {path.name}, kB"
    by_bytes = head.line_end == "\n" and head.encoding not in UTF_16
    n_more = 0  # lines that ended at a carriage return
    with opened(path) as (stream, packed):
        lines = _lines_of_bytes if by_bytes else _lines_of_text
        for number, bytes_read, line in lines(
            path, stream, read_options, encoding=head.encoding, line_end=head.line_end
        ):
            if packed:
                _refuse_bomb(path, bytes_read, size)
            read_options.at(step_name, number, min(bytes_read, size) // 1000, size // 1000)
            if line is None:
                continue
            if line.startswith(MARK):
                line = line.lstrip(MARK)
                if number > 1:
                    read_options.passed(path, number + n_more, *WITHIN)
            if any_end and "\r" in line:
                *first, line = lines_within(line)
                for part in first:
                    yield number + n_more, part
                    n_more += 1
            yield number + n_more, line


def lines_within(line: str) -> list[str]:
    """The lines that carriage returns make of one, without byte order marks before them."""
    *parts, last = [part.lstrip(MARK) for part in RETURN.split(line)]
    return [*(f"{part}\n" for part in parts), *([last] if last.strip() else [])]


def whole_text(path: Path, read_options: ReadOptions, *, most: int) -> str:
    """All of a text file of at most `most` characters."""
    parts, length = [], 0
    for _, line in text_lines(path, read_options):
        length += len(line)
        if length > most:
            raise in_file(
                path,
                f"JSON that is not written one object a line, of over {bytes_in_words(most)}: "
                "write one object a line (.jsonl)",
            )
        parts.append(line)
    return "".join(parts)


def _refuse_large(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise in_file(path, f"{error.strerror}: give a file that can be read") from error
    if size > LARGEST_FILE:
        raise in_file(
            path,
            f"the file has {bytes_in_words(size)}, over the limit of "
            f"{bytes_in_words(LARGEST_FILE)}: split it into several",
        )


def _refuse_bomb(path: Path, read: int, size: int) -> None:
    if read > LARGEST_FILE or (read > SMALL and read > HIGHEST_RATIO * size):
        raise in_file(
            path,
            f"unpacks to over {bytes_in_words(read)} from {bytes_in_words(size)}, as a bomb does: "
            "give the unpacked file",
        )


def _lines_of_bytes(
    path: Path, stream: BinaryIO, read_options: ReadOptions, *, encoding: str, line_end: str
) -> Iterator[tuple[int, int, str | None]]:
    """(number, bytes read so far, line) decoded one by one; None for one that was left out."""
    assert line_end == "\n"
    number = bytes_read = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        bytes_read += len(raw)
        line = None
        with read_options.row():
            if len(raw) > LONGEST_LINE:
                if read_options.keep_good:
                    _skip_line(stream)
                raise _too_long(path, number)
            line = _decoded(path, number, raw, encoding)
        yield number, bytes_read, line


def _lines_of_text(
    path: Path, stream: BinaryIO, read_options: ReadOptions, *, encoding: str, line_end: str
) -> Iterator[tuple[int, int, str | None]]:
    """The same where a line's end is not one byte of its own."""
    text = io.TextIOWrapper(stream, encoding=encoding, newline=line_end)
    number = bytes_read = 0
    try:
        while line := text.readline(LONGEST_LINE):
            number += 1
            bytes_read += len(line.encode(encoding, "replace"))
            if len(line) >= LONGEST_LINE:
                raise _too_long(path, number)
            kept_line: str | None = None
            with read_options.row():
                if "\0" in line:
                    raise _nul(path, number)
                kept_line = line[:-1] + "\n" if line.endswith("\r") else line
            yield number, bytes_read, kept_line
    except UnicodeDecodeError as error:
        raise in_row(
            path,
            number + 1,
            f"from here on it is not {encoding} ({error.reason}): save the file as UTF-8",
        ) from error
    finally:
        text.detach()


def _too_long(path: Path, number: int) -> Exception:
    return in_row(
        path,
        number,
        f"the line is longer than {bytes_in_words(LONGEST_LINE)}: write one document a line",
    )


def _nul(path: Path, number: int) -> Exception:
    return in_row(path, number, "a NUL byte, so this is no UTF-8 text file: save it as UTF-8 text")


def _skip_line(stream: BinaryIO) -> None:
    while (part := stream.readline(BLOCK)) and not part.endswith(b"\n"):
        pass


def _decoded(path: Path, number: int, raw: bytes, encoding: str) -> str:
    if b"\0" in raw:
        raise _nul(path, number)
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
