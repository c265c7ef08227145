"""Brings the files of earlier versions into the database, each once, and renames them.

`judgments/*.jsonl`, `machine-judgments/*.jsonl` and `.removed`, `runs/*/` and `library.json`
become `….migrated`. The caller keeps other processes out; a process that dies on the way has
changed nothing, or everything but the name, and a file whose content is in already is only
renamed. What could not be read is counted, noted, and still stands in the renamed file.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpora.stores.database_schema import FINGERPRINT, changed, note, stored
from corpora.stores.earlier_rows import judgment_row, machine_row, stored_paths
from system.json_version import is_version

LIBRARY, PEOPLE, MACHINES, RUNS = "library.json", "judgments", "machine-judgments", "runs"
MIGRATED = ".migrated"
HEAD, BODY = ".head.json", ".body.json"


@dataclass(slots=True)
class _Count:
    rows: int = 0
    damaged: list[str] = field(default_factory=list)


def waiting(folder: Path) -> bool:
    """Whether a file of an earlier version is there that was not brought in."""
    return next(_sources(folder), None) is not None


def damaged_rows(connection: sqlite3.Connection, name: str) -> int:
    """How many rows of an earlier file could not be read."""
    (count,) = connection.execute(
        "SELECT COALESCE(SUM(damaged), 0) FROM earlier_files WHERE name = ?", (name,)
    ).fetchone()
    return int(count)


def bring_in(folder: Path, connection: sqlite3.Connection) -> None:
    """Bring every earlier file in; one that cannot be read stays and is noted."""
    for path in list(_sources(folder)):
        name = path.relative_to(folder).as_posix()
        try:
            digest = _digest(path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                _once(connection, path, name, digest)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            path.replace(_free(path))
        except OSError as error:
            problem = f"{name} cannot be brought into the database ({error.strerror}): "
            _note_once(connection, f"{problem}make it readable and its folder writable")


def _sources(folder: Path) -> Iterator[Path]:
    library = folder / LIBRARY
    if library.is_file():
        yield library
    for place, pattern in ((PEOPLE, "*.jsonl"), (MACHINES, "*.jsonl"), (MACHINES, "*.removed")):
        yield from sorted(p for p in (folder / place).glob(pattern) if _named(p.stem, p))
    for path in sorted((folder / RUNS).glob("*")):
        if FINGERPRINT.fullmatch(path.name) and path.is_dir() and next(path.glob("*" + HEAD), None):
            yield path


def _named(fingerprint: str, path: Path) -> bool:
    return bool(FINGERPRINT.fullmatch(fingerprint)) and path.is_file()


def _once(connection: sqlite3.Connection, path: Path, name: str, digest: str) -> None:
    imported = connection.execute(
        "SELECT 1 FROM earlier_files WHERE name = ? AND sha256 = ?", (name, digest)
    ).fetchone()
    if imported:
        return
    kind = name.partition("/")[0]
    bring = {PEOPLE: _judgments, MACHINES: _machine, RUNS: _runs, LIBRARY: _library}[kind]
    count = bring(connection, path)
    connection.execute(
        "INSERT INTO earlier_files VALUES (?, ?, ?, ?)",
        (name, digest, count.rows, len(count.damaged)),
    )
    if count.damaged:
        damaged_text = "; ".join(count.damaged[:3])
        note(
            connection,
            f"{name} was damaged: {count.rows:,} rows of it were recovered, {len(count.damaged):,} "
            f"could not be read ({damaged_text}) and stand in {path.name}{MIGRATED}",
        )


def _judgments(connection: sqlite3.Connection, path: Path) -> _Count:
    count = _Count()
    for line, raw in _lines(path):
        row = judgment_row(raw)
        if row is None:
            count.damaged.append(f"line {line}")
            continue
        connection.execute(
            "INSERT INTO judgments (fingerprint, query_id, doc_id, relevance, judge, at, via) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (path.stem, *row),
        )
        count.rows += 1
    changed(connection, "judgments", path.stem)
    return count


def _machine(connection: sqlite3.Connection, path: Path) -> _Count:
    count, removed = _Count(), int(path.suffix == ".removed")
    for line, raw in _lines(path):
        row = machine_row(raw)
        if row is None:
            count.damaged.append(f"line {line}")
            continue
        connection.execute(
            "INSERT OR REPLACE INTO machine_judgments (fingerprint, removed, query_id, doc_id, "
            "score, grade, teacher, revision, bounds, pairs, at, rejected_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (path.stem, removed, *row),
        )
        count.rows += 1
    changed(connection, "machine_judgments", path.stem)
    return count


def _runs(connection: sqlite3.Connection, folder: Path) -> _Count:
    count = _Count()
    for path in sorted(folder.glob("*" + HEAD)):
        run_id = path.name.removesuffix(HEAD)
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if not is_version(content["version"], 1) or not FINGERPRINT.fullmatch(run_id):
                raise ValueError(content["version"])
            saved_at, head = float(content["saved_at"]), content["head"]
            body = (folder / (run_id + BODY)).read_bytes().decode("utf-8", "surrogatepass")
        except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
            count.damaged.append(path.name)
            continue
        connection.execute(
            "INSERT OR IGNORE INTO runs (fingerprint, run_id, saved_at, head, body) "
            "VALUES (?, ?, ?, ?, ?)",
            (folder.name, run_id, saved_at, json.dumps(head), stored(body)),
        )
        count.rows += 1
    return count


def _library(connection: sqlite3.Connection, path: Path) -> _Count:
    count = _Count()
    rows, is_whole = stored_paths(path.read_bytes())
    for name, place, documents, fingerprint in rows:
        cursor = connection.execute(
            "INSERT OR IGNORE INTO corpora (name, path, documents, fingerprint) "
            "VALUES (?, ?, ?, ?)",
            (_free_name(connection, name), stored(place), documents, fingerprint),
        )
        count.rows += cursor.rowcount
    if not is_whole:
        count.damaged.append("its list of corpora is not whole")
        connection.execute("INSERT OR REPLACE INTO facts VALUES ('adopt', 'damaged')")
    return count


def _free_name(connection: sqlite3.Connection, name: str) -> Any:
    candidate, number = name, 1
    while connection.execute(
        "SELECT 1 FROM corpora WHERE name = ?", (stored(candidate),)
    ).fetchone():
        number += 1
        candidate = f"{name}-{number}"
    return stored(candidate)


def _note_once(connection: sqlite3.Connection, text: str) -> None:
    if connection.execute("SELECT 1 FROM notes WHERE text = ?", (text,)).fetchone() is None:
        note(connection, text)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if line.strip():
            yield number, line


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    for file in files:
        if file.is_file():
            digest.update(file.name.encode("utf-8", "surrogateescape") + b"\0")
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _free(path: Path) -> Path:
    candidate, number = path.with_name(path.name + MIGRATED), 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}{MIGRATED}-{number}")
    return candidate
