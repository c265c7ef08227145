"""Reads a folder of Markdown and text files: one document a file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.complaints import bytes_in_words, from_system, in_file
from corpora.corpus import Corpus
from corpora.intake import Intake, counted
from corpora.reading import UTF_8, Reading
from corpora.text_lines import BOM, refuse_other_kinds
from search.types import Document

SUFFIXES = (".md", ".markdown", ".txt", ".text", ".rst")
LARGEST = 16_000_000
MOST_FILES = 200_000
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def read_text_folder(
    folder: Path, name: str, reading: Reading | None = None, *, most: int | None = None
) -> Corpus:
    """The corpus in a folder and the folders within; an id is a path below `folder`.

    A Markdown file's first heading is its title, else the file's name without suffix.
    Hidden files and links are passed over, files of other kinds counted in a warning.
    `most` reads the first files only.
    """
    intake = Intake(folder, reading)
    paths = sorted(text_files(folder))[:most]
    for number, path in enumerate(paths, 1):
        intake.reading.at("reading files", 0, number, len(paths))
        with intake.reading.row():
            intake.add(_document(folder, path, intake.reading.encoding), number)
    others = sum(1 for path in _files(folder) if path.suffix.lower() not in SUFFIXES)
    passed = counted(others, "file was", "files were")
    warnings = (f"{passed} passed over: not {', '.join(SUFFIXES)}",) if others else ()
    return intake.corpus(
        name, source=folder, description="A folder of text files", warnings=warnings
    )


def text_files(folder: Path) -> Iterator[Path]:
    """Every Markdown or text file in the folder and the folders within."""
    return (path for path in _files(folder) if path.suffix.lower() in SUFFIXES)


def _files(folder: Path) -> Iterator[Path]:
    """Every file that is neither hidden nor a link nor behind one."""
    number = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for each in sorted(names):
            path = Path(place, each)
            if each.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            number += 1
            if number > MOST_FILES:
                raise in_file(folder, f"over {MOST_FILES:,} files: give a smaller folder")
            yield path


def _document(folder: Path, path: Path, encoding: str) -> Document:
    text = _text(path, encoding)
    heading = HEADING.search(text) if path.suffix.lower() in (".md", ".markdown") else None
    relative = path.relative_to(folder).as_posix()
    try:
        relative.encode("utf-8")
    except UnicodeEncodeError as error:
        raise in_file(path.with_name("?"), "a file name that is not UTF-8: rename it") from error
    return Document(doc_id=relative, text=text, title=heading.group(1) if heading else path.stem)


def _text(path: Path, encoding: str) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise in_file(
                path,
                f"a text file of {bytes_in_words(size)}, over the limit of "
                f"{bytes_in_words(LARGEST)}: split it into several",
            )
        data = path.read_bytes()
    except OSError as error:
        raise from_system(path, error, "give a file that can be read") from error
    refuse_other_kinds(path, data)
    if b"\0" in data:
        raise in_file(path, "a binary file (it holds a NUL byte), whatever its name says: leave it")
    try:
        return data.removeprefix(BOM).decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        other = ", or import with the encoding windows-1252" if encoding == UTF_8 else ""
        raise in_file(
            path,
            f"line {line} holds the byte 0x{data[error.start]:02x}, which is not {encoding}: "
            f"save the file as UTF-8{other}",
        ) from error
