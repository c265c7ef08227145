"""The runs of other systems that are attached to a corpus, each with its lists, in the database."""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace

from corpora.readers.input_errors import did_you_mean, listed, shown
from corpora.stores import database_schema
from corpora.stores.corpus_rows import CorpusRows
from corpora.stores.database_schema import stored, text_of
from engine.types import Cancel, Cancelled, CrossExamError, Hit, Ranking
from engine.types.registries.rankers import RUN
from engine.types.runs import AttachedHead, AttachedRun

MOST_RUNS = 20
_NAMED = "fingerprint = ? AND name = ? AND removed IS NULL"


class AttachedRunStore(CorpusRows[AttachedHead]):
    """The attached runs of one corpus, by its fingerprint; threads and processes may share it."""

    kind = "attached_runs"

    def _select(self, connection: sqlite3.Connection) -> Iterator[AttachedHead]:
        for (head,) in connection.execute(
            "SELECT head FROM attached_runs WHERE fingerprint = ? AND removed IS NULL ORDER BY id",
            (self.fingerprint,),
        ):
            yield _head_from(text_of(head))

    def heads(self) -> tuple[AttachedHead, ...]:
        """What is said of each attached run, in the order in which they were attached."""
        return self._rows()

    def attach(self, run: AttachedRun, cancel: Cancel = lambda: False) -> None:
        """Keep a run; raises CrossExamError where its name is taken or there are too many.

        Raises Cancelled where it is cancelled before the run is on the disk: nothing is kept then.
        """
        body = {
            "rankings": {
                query_id: [[hit.doc_id, hit.score] for hit in ranking.hits]
                for query_id, ranking in run.rankings.items()
            },
            "texts": dict(run.texts),
            "ranked": run.ranked,
        }
        packed = zlib.compress(json.dumps(body).encode("ascii"))
        with self._changing() as connection:
            self._check_room(connection, run.head.name)
            connection.execute(
                "INSERT INTO attached_runs (fingerprint, name, head, missing, body) "
                "VALUES (?, ?, ?, ?, ?)",
                (
                    self.fingerprint,
                    stored(run.head.name),
                    _head_text(run.head),
                    json.dumps(sorted(run.missing)),
                    packed,
                ),
            )
            if cancel():
                raise Cancelled("keeping the run was cancelled")

    def rename(self, name: str, new_name: str) -> None:
        """Give a run another name; raises CrossExamError where that is taken."""
        with self._changing() as connection:
            head = self._head(connection, name)
            if new_name == name:
                return
            self._check_free(connection, new_name)
            connection.execute(
                f"UPDATE attached_runs SET name = ?, head = ? WHERE {_NAMED}",
                (
                    stored(new_name),
                    _head_text(replace(head, name=new_name)),
                    self.fingerprint,
                    stored(name),
                ),
            )

    def detach(self, name: str) -> None:
        """Take a run off the corpus; `restore` attaches it again within a week."""
        with self._changing() as connection:
            self._head(connection, name)
            connection.execute(
                f"UPDATE attached_runs SET removed = ? WHERE {_NAMED}",
                (time.time(), self.fingerprint, stored(name)),
            )

    def restore(self, name: str) -> None:
        """Attach the run of this name again that was detached last."""
        with self._changing() as connection:
            row = connection.execute(
                "SELECT id FROM attached_runs WHERE fingerprint = ? AND name = ? AND removed IS "
                "NOT NULL AND removed >= ? ORDER BY removed DESC, id DESC LIMIT 1",
                (self.fingerprint, stored(name), time.time() - database_schema.DETACHED_KEPT),
            ).fetchone()
            if row is None:
                raise CrossExamError(
                    f"no run {shown(name)} was detached from this corpus in the last week: attach "
                    "its file again"
                )
            self._check_room(connection, name)
            connection.execute("UPDATE attached_runs SET removed = NULL WHERE id = ?", row)

    def run(self, name: str) -> AttachedRun:
        """An attached run with its lists; raises CrossExamError where there is none."""
        with self._database.reading() as connection:
            if connection is None:
                raise self._none(name, ())
            row = connection.execute(
                f"SELECT head, missing, body FROM attached_runs WHERE {_NAMED}",
                (self.fingerprint, stored(name)),
            ).fetchone()
            if row is None:
                raise self._none(name, tuple(head.name for head in self._select(connection)))
        try:
            head, missing = _head_from(text_of(row[0])), json.loads(row[1])
            body = json.loads(zlib.decompress(row[2]))
            stage = f"{RUN}:{name}"
            return AttachedRun(
                head,
                {
                    query_id: Ranking(
                        stage,
                        name,
                        tuple(Hit(d, float(s), place) for place, (d, s) in enumerate(hits, 1)),
                    )
                    for query_id, hits in body["rankings"].items()
                },
                body["texts"],
                body["ranked"],
                frozenset(missing),
            )
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise CrossExamError(
                f"the attached run {shown(name)} is damaged: detach it and attach its file again"
            ) from error

    def missing(self) -> frozenset[str]:
        """The ids that runs list and the corpus lacks, those of detached runs of a week too."""
        with self._database.reading() as connection:
            if connection is None:
                return frozenset()
            rows = connection.execute(
                "SELECT missing FROM attached_runs WHERE fingerprint = ?", (self.fingerprint,)
            ).fetchall()
        return frozenset(doc_id for (missing,) in rows for doc_id in json.loads(missing))

    def _head(self, connection: sqlite3.Connection, name: str) -> AttachedHead:
        row = connection.execute(
            f"SELECT head FROM attached_runs WHERE {_NAMED}", (self.fingerprint, stored(name))
        ).fetchone()
        if row is None:
            raise self._none(name, tuple(head.name for head in self._select(connection)))
        return _head_from(text_of(row[0]))

    def _none(self, name: str, names: tuple[str, ...]) -> CrossExamError:
        remedy = f"choose one of {listed(list(names))}" if names else "attach its file first"
        return CrossExamError(
            f"no run {shown(name)} is attached to this corpus: {remedy}{did_you_mean(name, names)}"
        )

    def _check_room(self, connection: sqlite3.Connection, name: str) -> None:
        self._check_free(connection, name)
        n = sum(1 for _ in self._select(connection))
        if n >= MOST_RUNS:
            raise CrossExamError(
                f"{n} runs are attached to this corpus, and at most {MOST_RUNS} can be: detach one"
            )

    def _check_free(self, connection: sqlite3.Connection, name: str) -> None:
        if any(head.name == name for head in self._select(connection)):
            raise CrossExamError(
                f"a run of this corpus is called {shown(name)} already: give another name, or "
                "detach that one first"
            )


def _head_text(head: AttachedHead) -> str:
    return json.dumps(asdict(head))


def _head_from(text: str) -> AttachedHead:
    values = json.loads(text)
    return AttachedHead(
        **{**values, "named": tuple(values["named"]), "notes": tuple(values["notes"])}
    )
