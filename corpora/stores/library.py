"""The corpora that can be chosen: the two that are always there, and remembered paths."""

from __future__ import annotations

import re
import shutil
from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from corpora.builtin import pydoc_corpus, senses, wordnet
from corpora.calibration.calibration_store import CalibrationStore
from corpora.importing.normal_form import FACTS, read_facts
from corpora.indexes.embeddings import EmbeddingCache
from corpora.readers.input_errors import did_you_mean, in_file, listed, shown
from corpora.readers.reader import FORMATS, absolute, read_corpus
from corpora.stores.corpus import Corpus
from corpora.stores.database import Database
from corpora.stores.database_schema import FLOORS, remove_rows, rows_of
from corpora.stores.library_table import (
    StoredPath,
    forget,
    is_to_adopt,
    keep,
    note_adopted,
    numbered,
    orphan,
    printable_name,
    stored_paths,
)
from engine.types import CrossExamError
from system.storage import cache_folder

WHERE = re.compile(r"^corpus\.jsonl(:\d+)?: ")


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """One corpus to choose; `documents` and `fingerprint` are None where nobody counted yet.

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
    """Corpora by name, in the database that outlives the process.

    It is read anew at each call, so the app sees what the CLI remembered. Each change is one
    transaction: of two processes that add at the same moment, both keep their own.
    """

    def __init__(self, folder: Path | None = None) -> None:
        base = folder if folder is not None else cache_folder()
        self._database = Database(base)
        self.imports = base / "library"
        self._warnings: tuple[str, ...] = ()
        self._always_there: dict[str, str] = {}  # the fingerprints of corpora that need no import

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was damaged of all that is kept, and what was recovered; why it cannot be read."""
        try:
            return (*self._database.notes(), *self._warnings)
        except CrossExamError:
            return self._warnings

    def entries(self) -> tuple[LibraryEntry, ...]:
        """Those that are always there, then the remembered ones, oldest first."""
        return always() + tuple(self._entry(stored) for stored in self._readable())

    def open(self, name_or_path: str | Path) -> Corpus:
        """The corpus of this name, else the one at this path.

        A name wins over a path: write "./senses" for a folder of that name.
        """
        text = str(name_or_path)
        if isinstance(name_or_path, str) and text in OPENERS and _is_offered(text):
            corpus = OPENERS[text]()
            self._always_there[text] = corpus.info.fingerprint
            return corpus
        stored = self._readable()
        if isinstance(name_or_path, str):
            for entry in stored:
                if entry.name == text:
                    return self._reopened(entry)
        place = absolute(name_or_path)
        if not text.strip() or not _is_there(place):
            names = [entry.name for entry in always()] + [entry.name for entry in stored]
            raise CrossExamError(
                f"no corpus, file or folder is called {shown(text)}: "
                f"choose one of {listed(names)}, or give the path of {FORMATS}"
                f"{did_you_mean(text, names)}"
            )
        name = next((entry.name for entry in stored if entry.path == str(place)), None)
        return read_corpus(place, name)

    def remember(self, corpus: Corpus, path: str | Path) -> LibraryEntry:
        """Keep the path under a name of its own: that of the file or folder, or with -2, -3.

        A path that is remembered already keeps its name; the rest is brought up to date.
        """
        place = absolute(path)
        self._adopt()
        with self._database.writing() as connection:
            by_path = {entry.path: entry for entry in stored_paths(connection)}
            old = by_path.get(str(place))
            names_in_use = {*OPENERS, *(entry.name for entry in by_path.values())}
            name = old.name if old else _free_name(place, names_in_use)
            info = corpus.info
            new = StoredPath(name, str(place), info.documents, info.fingerprint)
            keep(connection, new)
        return self._entry(new)

    def free_name(self, name: str) -> str:
        """The name as it will be kept; raises CrossExamError where it is taken or empty.

        From here on there is a database, so that folders without an entry are none of a
        lost list.
        """
        printable = printable_name(name)
        if not printable:
            raise CrossExamError(f"the name {shown(name)} has no letter in it: give the corpus one")
        self._database.make_ready()
        names_in_use = [*OPENERS, *(stored.name for stored in self._readable())]
        if printable in names_in_use:
            raise _taken(printable)
        return printable

    def add(
        self, corpus: Corpus, folder: Path, *, replaces: LibraryEntry | None = None
    ) -> LibraryEntry:
        """List an imported corpus, whose files are in `folder`, under its own name.

        With `replaces` it takes the place of that corpus, whose folder goes once the list is
        written; without it the name must be free. Where it is not listed its folder goes.
        """
        info = corpus.info
        new = StoredPath(info.name, str(folder), info.documents, info.fingerprint)
        try:
            with self._database.writing() as connection:
                stored_by_name = {stored.name: stored for stored in stored_paths(connection)}
                if replaces is not None:
                    current = stored_by_name.pop(replaces.name, None)
                    if current is None or current.path != replaces.folder:
                        raise CrossExamError(
                            f"the corpus {shown(replaces.name)} was changed or deleted meanwhile: "
                            "open it again and repeat this"
                        )
                    forget(connection, replaces.name)
                if info.name in stored_by_name or info.name in OPENERS:
                    raise _taken(info.name)
                keep(connection, new)
        except BaseException:
            if folder.parent == self.imports:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        if replaces is not None and replaces.folder not in (None, new.path):
            shutil.rmtree(str(replaces.folder), ignore_errors=True)
        return self._entry(new)

    def remove(self, name: str) -> str:
        """Take a corpus off the list, and its files, embeddings and runs off the disk.

        Only what was imported has files here; a remembered path keeps its own. What another
        corpus of the same documents has too stays, and what people said of them. Returns the
        fingerprint where no other corpus, built-in ones included, has these documents, else "".
        """
        built_in = self._built_in()
        with self._database.writing() as connection:
            all_stored = stored_paths(connection)
            deleted = [stored for stored in all_stored if stored.name == name]
            if not deleted:
                raise CrossExamError(
                    f"no corpus of yours is called {shown(name)}: choose one of "
                    f"{listed([stored.name for stored in all_stored])}"
                    f"{did_you_mean(name, [stored.name for stored in all_stored])}"
                )
            fingerprint = orphan(connection, name, built_in)
            forget(connection, name)
            if fingerprint:
                remove_rows(connection, fingerprint)
        for stored in deleted:
            if self._is_import(stored):
                shutil.rmtree(stored.path, ignore_errors=True)
        if fingerprint:
            EmbeddingCache().remove(fingerprint)
            CalibrationStore().remove(fingerprint)
        return fingerprint

    def going_with(self, name: str) -> dict[str, int]:
        """How much of each kind (see `rows_in_words`) goes when this corpus is removed."""
        with self._database.reading() as connection:
            fingerprint = orphan(connection, name) if connection else ""
            going = rows_of(connection, fingerprint) if connection and fingerprint else {}
        if fingerprint and (floors := CalibrationStore().floors(fingerprint)):
            going[FLOORS] = floors
        return {} if going and fingerprint in self._built_in() else going

    def _built_in(self) -> frozenset[str]:
        """The fingerprints of the corpora that need no import, each opened once to know it.

        One that cannot be opened has no documents to keep anything for.
        """
        for entry in always():
            if entry.name not in self._always_there:
                try:
                    self._always_there[entry.name] = OPENERS[entry.name]().info.fingerprint
                except CrossExamError:
                    continue
        return frozenset(self._always_there.values())

    def _is_import(self, stored: StoredPath) -> bool:
        return Path(stored.path).parent == self.imports

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

    def _readable(self) -> tuple[StoredPath, ...]:
        """What is remembered; a database that cannot be read is a warning."""
        try:
            self._adopt()
            with self._database.reading() as connection:
                return () if connection is None else stored_paths(connection)
        except CrossExamError as error:
            if str(error) not in self._warnings:
                self._warnings += (str(error),)
            return ()

    def _adopt(self) -> None:
        """List the imports whose folders are there although the list of them was lost."""
        with self._database.reading() as connection:
            if connection is None:
                if not self._folders():
                    return
            elif not is_to_adopt(connection):
                return
            paths = set() if connection is None else {s.path for s in stored_paths(connection)}
        adopted, unreadable_folders = [], []
        for folder in self._folders():
            if str(folder) not in paths:
                try:
                    adopted.append(self._stored_path(folder))
                except CrossExamError as error:
                    unreadable_folders.append(str(error))
        with self._database.writing() as connection:
            if not is_to_adopt(connection):
                return
            names_in_use = {*OPENERS, *(stored.name for stored in stored_paths(connection))}
            names = []
            for new in adopted:
                name = numbered(new.name, names_in_use)
                keep(connection, replace(new, name=name))
                names.append(name)
                names_in_use.add(name)
            note_adopted(connection, names, unreadable_folders)
            connection.execute("DELETE FROM facts WHERE name = 'adopt'")

    def _folders(self) -> list[Path]:
        """The folders of imports, the oldest first."""
        folders = [f for f in self.imports.glob("[!.]*") if (f / FACTS).is_file()]
        return sorted(folders, key=lambda folder: (folder.stat().st_mtime, folder.name))

    def _stored_path(self, folder: Path) -> StoredPath:
        name = printable_name(str(read_facts(folder).get("name") or "")) or folder.name
        info = read_corpus(folder, name).info
        return StoredPath(name, str(folder), info.documents, info.fingerprint)


def _taken(name: str) -> CrossExamError:
    return CrossExamError(
        f"a corpus is called {shown(name)} already: give another name, or delete that one first"
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name too long, a folder that may not be entered
        return False


def _free_name(path: Path, taken_names: Container[str]) -> str:
    """The path's stem as one printable line, numbered from 2 when it is taken."""
    name = printable_name(path.name if path.is_dir() else path.stem) or "corpus"
    return numbered(name, taken_names)
