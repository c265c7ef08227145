"""Reads a folder of Markdown and text files: one document a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from corpora.importing.corpus_builder import CorpusBuilder, counted
from corpora.readers.folders import TEXT_SUFFIXES
from corpora.readers.input_errors import bytes_in_words, from_system, in_file, listed
from corpora.readers.read_options import UTF_8, ReadOptions
from corpora.readers.text_head import encoding_of, refuse_other_kinds
from corpora.stores.corpus import Corpus
from engine.types import Document
from system.file_kinds import UTF_16

LARGEST = 16_000_000
HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)


def read_text_files(
    folder: Path,
    paths: Sequence[Path],
    name: str,
    read_options: ReadOptions | None = None,
    *,
    others: Sequence[Path] = (),
) -> Corpus:
    """The corpus in the text files of a folder; an id is a path below `folder`.

    A Markdown file's first heading is its title, else the file's name without suffix.
    `others`, files of other kinds, are counted in a warning.
    """
    single = len(paths) == 1 and not others
    builder = CorpusBuilder(paths[0] if single else folder, read_options)
    for number, path in enumerate(paths, 1):
        builder.read_options.at("reading files", 0, number, len(paths))
        with builder.read_options.row():
            builder.add(_document(folder, path, builder.read_options.encoding), number)
    warnings: tuple[str, ...] = ()
    if others:
        files_phrase = counted(len(others), "file was", "files were")
        names_text = listed([path.relative_to(folder).as_posix() for path in others], 5)
        warnings = (f"{files_phrase} passed over: not {', '.join(TEXT_SUFFIXES)} ({names_text})",)
    return builder.corpus(
        name, source=folder, description="A folder of text files", warnings=warnings
    )


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
    encoding = encoding_of(data, encoding)
    if encoding not in UTF_16 and b"\0" in data:
        raise in_file(path, "a binary file (it holds a NUL byte), whatever its name says: leave it")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        encoding_hint = ", or import with the encoding windows-1252" if encoding == UTF_8 else ""
        raise in_file(
            path,
            f"line {line} holds the byte 0x{data[error.start]:02x}, which is not {encoding}: "
            f"save the file as UTF-8{encoding_hint}",
        ) from error
