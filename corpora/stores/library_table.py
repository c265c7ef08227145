"""The database's list of the corpora that were imported, or remembered by their paths."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Container
from dataclasses import dataclass
from itertools import count

from corpora.readers.input_errors import listed
from corpora.stores.database_schema import note, stored, text_of

MAX_NAME = 80


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


def orphan(connection: sqlite3.Connection, name: str, built_in: Collection[str] = ()) -> str:
    """The fingerprint of a corpus where no other, none of `built_in` either, has its documents.

    "" for any other.
    """
    all_stored = stored_paths(connection)
    others = {stored.fingerprint for stored in all_stored if stored.name != name}
    own = next((stored.fingerprint for stored in all_stored if stored.name == name), "")
    return own if own not in others and own not in built_in else ""


def is_to_adopt(connection: sqlite3.Connection) -> bool:
    """Whether the list of imports was lost and is still to be made from their folders."""
    return bool(connection.execute("SELECT 1 FROM facts WHERE name = 'adopt'").fetchone())


def note_adopted(connection: sqlite3.Connection, adopted: list[str], unread: list[str]) -> None:
    """Keep for people which imports were found again, and which could not be read."""
    if adopted:
        note(
            connection,
            f"{len(adopted)} imported corpora were not in the list and were found again by their "
            f"folders: {listed(adopted)}",
        )
    for problem in unread[:3]:
        note(connection, f"an imported corpus could not be recovered ({problem})")


def numbered(name: str, taken_names: Container[str]) -> str:
    """The name, with -2, -3 … behind it when it is taken."""
    if name not in taken_names:
        return name
    return next(f"{name}-{n}" for n in count(2) if f"{name}-{n}" not in taken_names)


def printable_name(name: str) -> str:
    """The name as one printable line of at most MAX_NAME characters."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:MAX_NAME].strip()
