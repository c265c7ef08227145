"""The tables of the database, and how texts lie in it."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Mapping

from engine.types import CrossExamError

VERSION = 1
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS judgments (id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint, "
    "query_id, doc_id, relevance, judge, at REAL, via)",
    "CREATE INDEX IF NOT EXISTS judgments_of ON judgments (fingerprint)",
    "CREATE TABLE IF NOT EXISTS machine_judgments (id INTEGER PRIMARY KEY AUTOINCREMENT, "
    "fingerprint, query_id, doc_id, score REAL, grade, teacher, revision, bounds, pairs, at REAL, "
    "rejected_by, removed, UNIQUE (fingerprint, removed, teacher, query_id, doc_id))",
    "CREATE TABLE IF NOT EXISTS runs (id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint, run_id, "
    "saved_at REAL, head, body, UNIQUE (fingerprint, run_id))",
    "CREATE TABLE IF NOT EXISTS cases (id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint, query, "
    "doc_id, top INTEGER, wanted INTEGER, note, at REAL)",
    "CREATE TABLE IF NOT EXISTS attached_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint, "
    "name, head, missing, body, removed REAL)",
    "CREATE INDEX IF NOT EXISTS attached_runs_of ON attached_runs (fingerprint)",
    "CREATE INDEX IF NOT EXISTS attached_runs_removed ON attached_runs (removed) WHERE removed "
    "IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS corpora (id INTEGER PRIMARY KEY AUTOINCREMENT, name UNIQUE, "
    "path UNIQUE, documents, fingerprint)",
    "CREATE TABLE IF NOT EXISTS changes (kind, fingerprint, number, PRIMARY KEY (kind, "
    "fingerprint))",
    "CREATE TABLE IF NOT EXISTS earlier_files (name, sha256, rows, damaged, PRIMARY KEY (name, "
    "sha256))",
    "CREATE TABLE IF NOT EXISTS blind_votes (id INTEGER PRIMARY KEY AUTOINCREMENT, vote_id UNIQUE, "
    "created_at REAL, ended_at REAL, body)",
    "CREATE TABLE IF NOT EXISTS votes (id INTEGER PRIMARY KEY AUTOINCREMENT, vote_id, query_id, "
    "voter, browser, choice, left_is, comment, at REAL)",
    "CREATE INDEX IF NOT EXISTS votes_of ON votes (vote_id)",
    "CREATE TABLE IF NOT EXISTS facts (name PRIMARY KEY, value)",
    "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, text)",
)
TABLES = ("judgments", "machine_judgments", "runs", "corpora", "changes", "earlier_files", "notes")
# Of later versions: a file without them was not emptied.
LATER_TABLES = ("cases", "attached_runs", "blind_votes", "votes")
# What goes with the last corpus of its documents, as people call it. What people said stays.
OF_CORPUS = {
    "attached_runs": ("attached run", "attached runs"),
    "runs": ("saved run of Quality", "saved runs of Quality"),
    "cases": ("kept case", "kept cases"),
    "machine_judgments": ("machine-made judgment", "machine-made judgments"),
}
FLOORS = "floors"  # kept in files, see `CalibrationStore`
STAYS = ("judgments",)
DETACHED_KEPT = 7 * 24 * 3600.0  # seconds in which a detached run can be attached again
FINGERPRINT = re.compile(r"[0-9A-Za-z_-]{1,128}")

Stored = str | bytes


def checked_fingerprint(fingerprint: str) -> str:
    """The fingerprint; raises CrossExamError for what is none."""
    if not FINGERPRINT.fullmatch(fingerprint):
        raise CrossExamError(f"fingerprint is {fingerprint[:80]!r}: not one of a corpus")
    return fingerprint


def stored(text: str) -> Stored:
    """The text as it lies in the database: bytes where it holds half of a surrogate pair."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(value: object) -> str:
    """The text that was stored."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogatepass")
    return str(value)


def missing_tables(connection: sqlite3.Connection) -> list[str]:
    """Those of the tables that the file does not hold, as people call them."""
    table_names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    return [table.replace("_", " ") for table in TABLES if table not in table_names]


def changed(connection: sqlite3.Connection, kind: str, fingerprint: str) -> None:
    """Count a change of a corpus' rows, for whoever keeps what was computed from them."""
    connection.execute(
        "INSERT INTO changes VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1",
        (kind, fingerprint),
    )


def changes_of(connection: sqlite3.Connection, kind: str, fingerprint: str) -> int:
    """How often a corpus' rows were changed."""
    row = connection.execute(
        "SELECT number FROM changes WHERE kind = ? AND fingerprint = ?", (kind, fingerprint)
    ).fetchone()
    return int(row[0]) if row else 0


def rows_of(connection: sqlite3.Connection, fingerprint: str) -> dict[str, int]:
    """By table how many rows go with a corpus of this fingerprint, tables without any left out.

    What was detached or removed, and can be brought back, goes with it uncounted.
    """
    counts = {}
    for table in OF_CORPUS:
        live = {"attached_runs": " AND removed IS NULL", "machine_judgments": " AND removed = 0"}
        (n,) = connection.execute(
            f"SELECT COUNT(*) FROM {table} WHERE fingerprint = ?{live.get(table, '')}",
            (fingerprint,),
        ).fetchone()
        if n:
            counts[table] = int(n)
    return counts


def rows_in_words(counts: Mapping[str, int]) -> str:
    """What goes as people say it, "" for nothing: "1 attached run, 3 kept cases".

    The counts are those of `rows_of`, and `FLOORS`.
    """
    words = {**OF_CORPUS, FLOORS: ("kept floor", "kept floors")}
    return ", ".join(f"{n:,} {words[kind][n != 1]}" for kind, n in counts.items())


def remove_rows(connection: sqlite3.Connection, fingerprint: str) -> None:
    """Take away what goes with a corpus of this fingerprint."""
    for table in OF_CORPUS:
        connection.execute(f"DELETE FROM {table} WHERE fingerprint = ?", (fingerprint,))
        changed(connection, table, fingerprint)


def purge(connection: sqlite3.Connection) -> None:
    """Take away what was detached so long ago that it cannot be attached again."""
    connection.execute(
        "DELETE FROM attached_runs WHERE removed < ?", (time.time() - DETACHED_KEPT,)
    )


def note(connection: sqlite3.Connection, text: str) -> None:
    """Keep something that people should know of."""
    connection.execute("INSERT INTO notes (at, text) VALUES (?, ?)", (time.time(), text))
