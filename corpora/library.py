"""The corpora that can be chosen: the two that are always there, and remembered paths."""

from __future__ import annotations

import threading
from collections.abc import Container
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal

from corpora import pydoc_corpus, senses
from corpora.complaints import from_system, in_file, listed, shown
from corpora.corpus import Corpus
from corpora.library_file import StoredPath, read_stored, write_stored
from corpora.reader import FORMATS, absolute, read_corpus
from search.storage import cache_folder
from search.types import CrossExamError

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One corpus to choose; `documents` and `fingerprint` are None where not known yet.

    `missing` says that the path of a remembered corpus is no longer there.
    """

    name: str
    kind: Literal["bundled", "built-in", "path"]
    source: str
    documents: int | None = None
    fingerprint: str | None = None
    missing: bool = False


ALWAYS = (
    LibraryEntry(senses.NAME, "bundled", "written for CrossExam"),
    LibraryEntry(pydoc_corpus.NAME, "built-in", "the standard library of this Python"),
)
OPENERS = {senses.NAME: senses.open_senses, pydoc_corpus.NAME: pydoc_corpus.open_pydoc}


class Library:
    """Corpora by name, over one small file that outlives the process.

    The file is read anew at each call, so the app sees what the CLI remembered.
    Of two processes that remember at the same moment, the later one wins.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._file = (folder if folder is not None else cache_folder()) / "library.json"
        self._lock = threading.Lock()
        self._warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong with the library's file, so far."""
        return self._warnings

    def entries(self) -> tuple[LibraryEntry, ...]:
        """The two that are always there, then the remembered ones, oldest first."""
        with self._lock:
            return ALWAYS + tuple(_entry(stored) for stored in self._readable())

    def open(self, name_or_path: str | Path) -> Corpus:
        """The corpus of this name, else the one at this path.

        A name wins over a path: write "./senses" for a folder of that name.
        """
        text = str(name_or_path)
        if isinstance(name_or_path, str) and text in OPENERS:
            return OPENERS[text]()
        with self._lock:
            stored = self._readable()
        if isinstance(name_or_path, str):
            for known in stored:
                if known.name == text:
                    return _reopened(known)
        place = absolute(name_or_path)
        if not text.strip() or not _is_there(place):
            names = [entry.name for entry in ALWAYS] + [known.name for known in stored]
            raise CrossExamError(
                f"no corpus, file or folder is called {shown(text)}: "
                f"choose one of {listed(names)}, or give the path of {FORMATS}"
            )
        name = next((known.name for known in stored if known.path == str(place)), None)
        return read_corpus(place, name)

    def remember(self, corpus: Corpus, path: str | Path) -> LibraryEntry:
        """Keep the path under a name of its own: that of the file or folder, or with -2, -3.

        A path that is remembered already keeps its name; the rest is brought up to date.
        """
        place = absolute(path)
        try:
            with self._lock:
                known = {entry.path: entry for entry in self._read()}
                old = known.get(str(place))
                taken = {*OPENERS, *(entry.name for entry in known.values())}
                name = old.name if old else _free_name(place, taken)
                info = corpus.info
                new = StoredPath(name, str(place), info.documents, info.fingerprint)
                write_stored(self._file, tuple({**known, new.path: new}.values()))
        except OSError as error:
            remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
            raise from_system(self._file, error, remedy) from error
        return _entry(new)

    def _read(self) -> tuple[StoredPath, ...]:
        stored, warning = read_stored(self._file)
        if warning:
            self._warnings += (warning,)
        return stored

    def _readable(self) -> tuple[StoredPath, ...]:
        """What is remembered; a file that cannot be read is a warning."""
        try:
            return self._read()
        except OSError as error:
            warning = f"{self._file} cannot be read ({error.strerror}): make it readable"
            if warning not in self._warnings:
                self._warnings += (warning,)
            return ()


def _entry(stored: StoredPath) -> LibraryEntry:
    return LibraryEntry(
        name=stored.name,
        kind="path",
        source=stored.path,
        documents=stored.documents,
        fingerprint=stored.fingerprint,
        missing=not _is_there(Path(stored.path)),
    )


def _reopened(stored: StoredPath) -> Corpus:
    path = Path(stored.path)
    if not _is_there(path):
        raise in_file(
            path,
            f"the file or folder of the corpus {shown(stored.name)} is gone: "
            "put it back, or give its new path",
        )
    return read_corpus(path, stored.name)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, a folder that may not be entered
        return False


def _free_name(path: Path, taken: Container[str]) -> str:
    """The path's stem as one printable line, numbered from 2 when it is taken."""
    stem = path.name if path.is_dir() else path.stem
    printable = "".join(c if c.isprintable() else " " for c in stem)
    name = " ".join(printable.split())[:MAX_NAME] or "corpus"
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in taken)
