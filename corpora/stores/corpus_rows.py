"""One corpus' rows of a kind in the database, read once for each of their versions."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from corpora.stores.database import Database
from corpora.stores.database_schema import changed, changes_of, checked_fingerprint
from corpora.stores.earlier_files import damaged_rows

T = TypeVar("T")


class CorpusRows(ABC, Generic[T]):
    """The rows of one corpus, by its fingerprint; threads and processes may share them."""

    kind = ""  # the table's name
    earlier = ""  # where an earlier version kept them, below the folder

    def __init__(self, fingerprint: str, folder: Path | None = None) -> None:
        self.fingerprint = checked_fingerprint(fingerprint)
        self._database = Database(folder)
        self._lock = threading.Lock()
        self._read: tuple[int, tuple[T, ...]] | None = None

    @property
    def path(self) -> Path:
        """The database's file."""
        return self._database.path

    @property
    def version(self) -> tuple[int]:
        """Changes with every row: for caches of what was computed from them."""
        with self._database.reading() as connection:
            if connection is None:
                return (0,)
            return (changes_of(connection, self.kind, self.fingerprint),)

    @property
    def damaged(self) -> int:
        """How many rows of an earlier version's file could not be read."""
        with self._database.reading() as connection:
            if connection is None:
                return 0
            return damaged_rows(connection, f"{self.earlier}/{self.fingerprint}.jsonl")

    @abstractmethod
    def _select(self, connection: sqlite3.Connection) -> Iterator[T]:
        """The rows, in their order."""

    def _rows(self) -> tuple[T, ...]:
        """The rows, from memory where they are as they were."""
        with self._lock, self._database.reading() as connection:
            if connection is None:
                return ()
            connection.execute("BEGIN")  # the number and the rows of one moment
            version = changes_of(connection, self.kind, self.fingerprint)
            last_read = self._read
            if last_read is not None and last_read[0] == version:
                return last_read[1]
            rows = tuple(self._select(connection))
            self._read = (version, rows)
            return rows

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """A connection to change rows by: on the disk when the block has ended."""
        with self._lock, self._database.writing() as connection:
            yield connection
            changed(connection, self.kind, self.fingerprint)
