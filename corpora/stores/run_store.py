"""Saved quality runs of a corpus: a small head and a body for each, as JSON in the database."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from corpora.stores.database import Database
from corpora.stores.database_schema import FINGERPRINT, checked_fingerprint, stored, text_of
from engine.types import CrossExamError


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A run that can be opened: its id, when it was saved (epoch seconds), head and bytes."""

    run_id: str
    saved_at: float
    head: Mapping[str, Any]
    size_bytes: int


class RunStore:
    """The runs of one corpus, by its fingerprint."""

    def __init__(self, fingerprint: str, folder: Path | None = None) -> None:
        self._fingerprint = checked_fingerprint(fingerprint)
        self._database = Database(folder)

    def save(
        self, head: Mapping[str, Any], body: Any, *, is_held: Callable[[], bool] = lambda: True
    ) -> SavedRun:
        """Keep a run, whole or not at all: on the disk when this returns.

        Raises CrossExamError, and keeps nothing, where the corpus `is_held` no longer. That is
        asked while nobody else can write: what deletes a corpus takes away its runs before, or
        finds this one.
        """
        now = time.time()
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
        text = json.dumps(body, ensure_ascii=False)
        with self._database.writing() as connection:
            if not is_held():
                raise CrossExamError(
                    "the corpus was deleted while the run was at work, so nothing of it is kept: "
                    "import the corpus again, then run again"
                )
            ids_in_use = {
                run_id
                for (run_id,) in connection.execute(
                    "SELECT run_id FROM runs WHERE fingerprint = ?", (self._fingerprint,)
                )
            }
            names = (stamp if n == 1 else f"{stamp}-{n}" for n in count(1))
            run_id = next(name for name in names if name not in ids_in_use)
            connection.execute(
                "INSERT INTO runs (fingerprint, run_id, saved_at, head, body) "
                "VALUES (?, ?, ?, ?, ?)",
                (self._fingerprint, run_id, now, json.dumps(dict(head)), stored(text)),
            )
        return SavedRun(run_id, now, dict(head), len(text.encode("utf-8", "surrogatepass")))

    def runs(self) -> tuple[SavedRun, ...]:
        """All runs, the newest first."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT run_id, saved_at, head, LENGTH(CAST(body AS BLOB)) FROM runs "
                "WHERE fingerprint = ? ORDER BY saved_at DESC, id DESC",
                (self._fingerprint,),
            ).fetchall()
        return tuple(
            SavedRun(run_id, saved_at, json.loads(head), size)
            for run_id, saved_at, head, size in rows
        )

    def body(self, run_id: str) -> Any:
        """What was saved; raises CrossExamError for a run that is gone or damaged."""
        with self._database.reading() as connection:
            row = None
            if connection is not None:
                row = connection.execute(
                    "SELECT body FROM runs WHERE fingerprint = ? AND run_id = ?",
                    (self._fingerprint, _checked(run_id)),
                ).fetchone()
        if row is None:
            raise CrossExamError(f"run {_checked(run_id)} is gone: it was deleted; run it again")
        try:
            return json.loads(text_of(row[0]))
        except ValueError as error:
            raise CrossExamError(
                f"the saved run {run_id} is damaged: delete it and run it again"
            ) from error

    def delete(self, run_id: str) -> None:
        """Forget a run for good."""
        row = (self._fingerprint, _checked(run_id))
        with self._database.writing() as connection:
            connection.execute("DELETE FROM runs WHERE fingerprint = ? AND run_id = ?", row)


def _checked(run_id: str) -> str:
    if not FINGERPRINT.fullmatch(run_id):
        raise CrossExamError(f"run is {run_id[:80]!r}: not the id of a saved run")
    return run_id
