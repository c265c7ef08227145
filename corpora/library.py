"""The corpora that can be chosen: the two that are always there, and remembered paths."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Container
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Literal

from corpora import pydoc_corpus, senses, wordnet
from corpora.complaints import from_system, in_file, listed, shown
from corpora.corpus import Corpus
from corpora.embeddings import EmbeddingCache
from corpora.library_file import StoredPath, read_stored, write_stored
from corpora.normal_form import read_facts
from corpora.reader import FORMATS, absolute, read_corpus
from search.storage import cache_folder
from search.types import CrossExamError

MAX_NAME = 80
WHERE = re.compile(r"^corpus\.jsonl(:\d+)?: ")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One corpus to choose; `documents` and `fingerprint` are None where not known yet.

    `missing` says that the path of a remembered corpus is no longer there. An imported
    one lies in `folder`, and `source` says where it once came from.
    """

    name: str
    kind: Literal["bundled", "built-in", "path", "imported"]
    source: str
    documents: int | None = None
    fingerprint: str | None = None
    missing: bool = False
    folder: str | None = None


ALWAYS = (
    LibraryEntry(senses.NAME, "bundled", "written for CrossExam"),
    LibraryEntry(pydoc_corpus.NAME, "built-in", "the standard library of this Python"),
)
WORDNET = LibraryEntry(wordnet.NAME, "built-in", "WordNet's glosses, as installed here")
OPENERS = {
    senses.NAME: senses.open_senses,
    pydoc_corpus.NAME: pydoc_corpus.open_pydoc,
    wordnet.NAME: wordnet.open_wordnet,
}


def always() -> tuple[LibraryEntry, ...]:
    """The corpora that need no import; WordNet only where it is installed."""
    return (*ALWAYS, WORDNET) if wordnet.folder() is not None else ALWAYS


def _is_offered(name: str) -> bool:
    return name != wordnet.NAME or wordnet.folder() is not None


class Library:
    """Corpora by name, over one small file that outlives the process.

    The file is read anew at each call, so the app sees what the CLI remembered.
    Of two processes that remember at the same moment, the later one wins.
    """

    def __init__(self, folder: Path | None = None) -> None:
        base = folder if folder is not None else cache_folder()
        self._file = base / "library.json"
        self.imports = base / "library"
        self._lock = threading.Lock()
        self._warnings: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was wrong with the library's file, so far."""
        return self._warnings

    def entries(self) -> tuple[LibraryEntry, ...]:
        """Those that are always there, then the remembered ones, oldest first."""
        with self._lock:
            return always() + tuple(self._entry(stored) for stored in self._readable())

    def open(self, name_or_path: str | Path) -> Corpus:
        """The corpus of this name, else the one at this path.

        A name wins over a path: write "./senses" for a folder of that name.
        """
        text = str(name_or_path)
        if isinstance(name_or_path, str) and text in OPENERS and _is_offered(text):
            return OPENERS[text]()
        with self._lock:
            stored = self._readable()
        if isinstance(name_or_path, str):
            for known in stored:
                if known.name == text:
                    return self._reopened(known)
        place = absolute(name_or_path)
        if not text.strip() or not _is_there(place):
            names = [entry.name for entry in always()] + [known.name for known in stored]
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
            raise self._unwritable(error) from error
        return self._entry(new)

    def free_name(self, name: str) -> str:
        """The name as it will be kept; raises CrossExamError where it is taken or empty."""
        printable = _printable(name)
        if not printable:
            raise CrossExamError(f"the name {shown(name)} has no letter in it: give the corpus one")
        with self._lock:
            taken = [*OPENERS, *(stored.name for stored in self._readable())]
        if printable in taken:
            raise CrossExamError(
                f"a corpus is called {shown(printable)} already: give another name, or delete "
                "that one first"
            )
        return printable

    def add(self, corpus: Corpus, folder: Path, *, replaces: str | None = None) -> LibraryEntry:
        """List an imported corpus, whose files are in `folder`, under its own name.

        With `replaces` it takes the place of the corpus of that name, whose folder goes
        once the list is written; without it the name must be free.
        """
        info = corpus.info
        new = StoredPath(info.name, str(folder), info.documents, info.fingerprint)
        try:
            with self._lock:
                before = self._read()
                kept = [stored for stored in before if stored.name != replaces]
                if any(stored.name == info.name for stored in kept) or info.name in OPENERS:
                    raise CrossExamError(
                        f"a corpus is called {shown(info.name)} already: give another name"
                    )
                write_stored(self._file, (*kept, new))
        except OSError as error:
            raise self._unwritable(error) from error
        for stored in before:
            if stored.name == replaces and stored.path != new.path and self._is_import(stored):
                shutil.rmtree(stored.path, ignore_errors=True)
        return self._entry(new)

    def remove(self, name: str) -> None:
        """Take a corpus off the list, and its files and embeddings off the disk.

        Only what was imported has files here; a remembered path keeps its own.
        """
        try:
            with self._lock:
                before = self._read()
                gone = [stored for stored in before if stored.name == name]
                if not gone:
                    raise CrossExamError(
                        f"no corpus of yours is called {shown(name)}: choose one of "
                        f"{listed([stored.name for stored in before])}"
                    )
                kept = tuple(stored for stored in before if stored.name != name)
                write_stored(self._file, kept)
        except OSError as error:
            raise self._unwritable(error) from error
        for stored in gone:
            if self._is_import(stored):
                shutil.rmtree(stored.path, ignore_errors=True)
            if all(other.fingerprint != stored.fingerprint for other in kept):
                EmbeddingCache().remove(stored.fingerprint)

    def _is_import(self, stored: StoredPath) -> bool:
        return Path(stored.path).parent == self.imports

    def _unwritable(self, error: OSError) -> CrossExamError:
        remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
        return from_system(self._file, error, remedy)

    def _entry(self, stored: StoredPath) -> LibraryEntry:
        imported = self._is_import(stored)
        facts = read_facts(Path(stored.path)) if imported else {}
        return LibraryEntry(
            name=stored.name,
            kind="imported" if imported else "path",
            source=str(facts.get("source", stored.path)),
            documents=stored.documents,
            fingerprint=stored.fingerprint,
            missing=not _is_there(Path(stored.path)),
            folder=stored.path if imported else None,
        )

    def _reopened(self, stored: StoredPath) -> Corpus:
        path = Path(stored.path)
        if not _is_there(path):
            raise in_file(
                path,
                f"the file or folder of the corpus {shown(stored.name)} is gone: "
                "put it back, or give its new path",
            )
        corpus = read_corpus(path, stored.name)
        if not self._is_import(stored):
            return corpus
        facts = read_facts(path)
        return replace(
            corpus,
            source=str(facts.get("source", path)),
            description=str(facts.get("description", corpus.description)),
            # The lines are those of our own copy, which nobody knows.
            warnings=tuple(WHERE.sub("", warning) for warning in corpus.warnings),
        )

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


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, a folder that may not be entered
        return False


def _free_name(path: Path, taken: Container[str]) -> str:
    """The path's stem as one printable line, numbered from 2 when it is taken."""
    name = _printable(path.name if path.is_dir() else path.stem) or "corpus"
    if name not in taken:
        return name
    return next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in taken)


def _printable(name: str) -> str:
    """The name as one printable line of at most MAX_NAME characters."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:MAX_NAME].strip()
