"""The one SQLite file of what people and models leave: judgments, saved runs, the library.

Each operation opens the file, so several processes and threads may share it. A write returns
when it is on the disk. The file is checked when a process first opens it; a damaged one is set
aside, what can be read of it is brought into a new one, and that is reported.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpora.readers.input_errors import InputError, from_system, in_file
from corpora.stores.database_recovery import recovered
from corpora.stores.database_schema import SCHEMA, VERSION, missing_tables, note, purge
from corpora.stores.earlier_files import bring_in, waiting
from engine.types import CrossExamError
from system.storage import cache_folder, locked_folder, sync_folder

NAME = "crossexam.sqlite3"
PATIENCE = 30.0  # seconds to wait for another process' write
REMEDY = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
FULL = "free some space, or set CROSSEXAM_CACHE to a folder on another disk; nothing was kept"
NOTES_KEPT = 7 * 24 * 3600.0
PURGE_EVERY = 24 * 3600.0  # seconds; and when a process first opens the file
_DAMAGE = (
    "malformed",
    "not a database",
    "disk image",
    "unsupported file format",
    "no such table",
)
_checked: set[tuple[str, int, int]] = set()
_purged: dict[tuple[str, int, int], float] = {}
_opening = threading.RLock()


class Database:
    """The file in a folder; the cache folder without one. Nothing is written by reading alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else cache_folder()
        self.path = self.folder / NAME

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection to read by, None where nothing was ever kept."""
        with self._in_words():
            if not self.path.exists() and not waiting(self.folder):
                yield None
                return
            if self.path.exists() and not self._writable():
                with self._copied() as connection:
                    yield connection
                return
            self._make_ready()
            connection = self._connected()
            try:
                yield connection
            finally:
                connection.close()

    def _writable(self) -> bool:
        return os.access(self.folder, os.W_OK) and os.access(self.path, os.W_OK)

    @contextmanager
    def _copied(self) -> Iterator[sqlite3.Connection]:
        """A connection to a copy, for SQLite writes beside a file in WAL mode even to read it."""
        with tempfile.TemporaryDirectory(prefix="crossexam-") as folder:
            for end in ("", "-wal"):
                if (source := self.path.with_name(NAME + end)).exists():
                    shutil.copyfile(source, Path(folder) / (NAME + end))
            connection = sqlite3.connect(Path(folder) / NAME, isolation_level=None)
            try:
                yield connection
            finally:
                connection.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are on the disk, all of them, when the block has ended.

        Of a block that raises nothing is kept. Other writers wait.
        """
        with self._in_words():
            self._make_ready()
            connection = self._connected()
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    self._purge(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            finally:
                connection.close()

    def notes(self) -> tuple[str, ...]:
        """What was damaged and what was recovered, of the last seven days."""
        with self.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT text FROM notes WHERE at > ? ORDER BY id", (time.time() - NOTES_KEPT,)
            )
            return tuple(str(text) for (text,) in rows)

    def make_ready(self) -> None:
        """Create the file where there is none, and bring earlier files in."""
        with self._in_words():
            self._make_ready()

    def _make_ready(self) -> None:
        if self._identity() in _checked and not waiting(self.folder):
            return
        with _opening:
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked_folder(self.folder):
                if self._identity() not in _checked:
                    self._check()
                    self._create()
                if waiting(self.folder):
                    self._bring_in()
                _checked.add(self._identity())

    def _purge(self, connection: sqlite3.Connection) -> None:
        """Take away what nobody can bring back any more, once a day."""
        identity, now = self._identity(), time.monotonic()
        if now - _purged.get(identity, -PURGE_EVERY) >= PURGE_EVERY:
            purge(connection)
            _purged[identity] = now

    def _identity(self) -> tuple[str, int, int]:
        try:
            status = self.path.stat()
        except OSError:
            return (str(self.path), 0, 0)
        return (str(self.path), status.st_dev, status.st_ino)

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _check(self) -> None:
        """Replace a damaged file by what can be read of it."""
        if not self.path.exists():
            return
        problem = ""
        connection = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            problem = "" if answer == "ok" else str(answer)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            if not _is_damage(error):
                raise
            problem, version = str(error), VERSION
        finally:
            connection.close()
        if not problem and version > VERSION:
            raise in_file(
                self.path,
                f"written by a later version of CrossExam (form {version}, this one reads "
                f"{VERSION}): use that version, or set CROSSEXAM_CACHE to another folder",
            )
        if problem:
            recovered(self.path, problem)

    def _create(self) -> None:
        was_there = self.path.exists()
        connection = self._connected()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            missing = missing_tables(connection)
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
            self._purge(connection)
            if missing:
                connection.execute("INSERT OR IGNORE INTO facts VALUES ('adopt', '')")
            if missing and was_there:  # SQLite takes an emptied file for a sound one
                note(connection, _emptied(self.path, missing))
            connection.execute("COMMIT")
        finally:
            connection.close()
        sync_folder(self.folder)

    def _bring_in(self) -> None:
        connection = self._connected()
        try:
            bring_in(self.folder, connection)
        finally:
            connection.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except CrossExamError:
            raise
        except OSError as error:
            raise from_system(self.path, error, REMEDY) from error
        except sqlite3.Error as error:
            if _is_damage(error):
                _checked.discard(self._identity())
            raise _said(self.path, error) from error


def _is_damage(error: sqlite3.Error) -> bool:
    return any(word in str(error) for word in _DAMAGE)


def _emptied(path: Path, missing: list[str]) -> str:
    return (
        f"{path.name} was there without {', '.join(missing)}: a first start was interrupted, or "
        "the file was emptied. What stood there is missing: compare with your own exports"
    )


def _said(path: Path, error: sqlite3.Error) -> InputError:
    text = str(error)
    if "full" in text or "disk I/O error" in text:
        return in_file(path, f"{text}: {FULL}")
    if "locked" in text:
        return in_file(
            path, f"another process has been writing for over {PATIENCE:.0f} s: try again"
        )
    if _is_damage(error):
        return in_file(
            path, f"the file is damaged ({text}): try again, what can be read is then recovered"
        )
    return in_file(path, f"{text}: {REMEDY}")


__all__ = ["NAME", "Database", "note"]
