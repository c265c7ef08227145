"""Saves what can be read of a damaged database into a new one."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path

from corpora.stores.database_schema import LATER_TABLES, SCHEMA, TABLES, VERSION, note

_NAMES = {
    "judgments": "judgments",
    "machine_judgments": "machine judgments",
    "runs": "saved runs",
    "corpora": "corpora of the library",
    "votes": "votes",
}


def recovered(path: Path, problem: str) -> None:
    """Set the damaged file aside and put a new one with its readable rows in its place.

    Corpora that are missing from it are found by their folders afterwards. The caller keeps
    other processes out.
    """
    aside = _free(path)
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.replace(aside.with_name(aside.name + suffix))
    new_database = sqlite3.connect(path, isolation_level=None)
    try:
        new_database.execute("PRAGMA synchronous = FULL")
        new_database.execute("BEGIN IMMEDIATE")
        for statement in SCHEMA:
            new_database.execute(statement)
        saved = {table: _copied(aside, new_database, table) for table in (*TABLES, *LATER_TABLES)}
        new_database.execute("INSERT OR REPLACE INTO facts VALUES ('adopt', 'damaged')")
        counts = ", ".join(f"{saved[table]:,} {name}" for table, name in _NAMES.items())
        note(
            new_database,
            f"{path.name} was damaged ({' '.join(problem.split())[:200]}) and is set aside as "
            f"{aside.name}. Recovered: {counts}. What stood in its damaged parts "
            "is missing: compare with your own exports",
        )
        new_database.execute(f"PRAGMA user_version = {VERSION}")
        new_database.execute("COMMIT")
    finally:
        new_database.close()


def _free(path: Path) -> Path:
    for number in count(1):
        aside = path.with_name(path.name + (".damaged" if number == 1 else f".damaged-{number}"))
        if not aside.exists():
            return aside
    raise AssertionError(path)


def _copied(source: Path, fresh: sqlite3.Connection, table: str) -> int:
    """How many rows of a table could be read, from its first on and from its last back."""
    columns = [row[1] for row in fresh.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(columns)
    into = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    n_rows_before = _number(fresh, table)
    for order in ("ASC", "DESC"):
        try:
            damaged = sqlite3.connect(f"file:{_quoted(source)}?mode=rw", uri=True)
        except sqlite3.Error:
            continue
        try:
            for row in damaged.execute(f"SELECT {names} FROM {table} ORDER BY rowid {order}"):
                fresh.execute(into, row)
            break
        except sqlite3.Error:
            continue  # the rows beyond the damage are reached from the other end
        finally:
            damaged.close()
    return _number(fresh, table) - n_rows_before


def _number(connection: sqlite3.Connection, table: str) -> int:
    (number,) = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
    return int(number)


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
