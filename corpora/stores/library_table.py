"""The database's list of the corpora that were imported, or remembered by their paths."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from corpora.stores.database_schema import stored, text_of


@dataclass(frozen=True, slots=True)
class StoredPath:
    """A corpus that was read from `path`, as it was then."""

    name: str
    path: str
    documents: int
    fingerprint: str


def stored_paths(connection: sqlite3.Connection) -> tuple[StoredPath, ...]:
    """What is remembered, the oldest first."""
    rows = connection.execute("SELECT name, path, documents, fingerprint FROM corpora ORDER BY id")
    return tuple(
        StoredPath(text_of(name), text_of(path), documents, text_of(fingerprint))
        for name, path, documents, fingerprint in rows
    )


def keep(connection: sqlite3.Connection, new: StoredPath) -> None:
    """Keep a corpus, in place of the one of its path."""
    connection.execute(
        "INSERT INTO corpora (name, path, documents, fingerprint) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (path) DO UPDATE SET name = excluded.name, documents = excluded.documents, "
        "fingerprint = excluded.fingerprint",
        (stored(new.name), stored(new.path), new.documents, stored(new.fingerprint)),
    )


def forget(connection: sqlite3.Connection, name: str) -> None:
    """Take a corpus off the list."""
    connection.execute("DELETE FROM corpora WHERE name = ?", (stored(name),))
