"""The cases of a corpus: documents that must be in the first ranks, kept beside its judgments."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator

from corpora.stores.corpus_rows import CorpusRows
from corpora.stores.database_schema import stored, text_of
from engine.types.diagnosis.cases import Case

_SAME = "fingerprint = ? AND query = ? AND doc_id = ? AND top = ? AND wanted = ?"


class CaseStore(CorpusRows[Case]):
    """The cases of one corpus, by its fingerprint; threads and processes may share it."""

    kind = "cases"
    earlier = "cases"

    def _select(self, connection: sqlite3.Connection) -> Iterator[Case]:
        for query, doc_id, top, wanted, note in connection.execute(
            "SELECT query, doc_id, top, wanted, note FROM cases WHERE fingerprint = ? ORDER BY id",
            (self.fingerprint,),
        ):
            yield Case(text_of(query), text_of(doc_id), top, bool(wanted), text_of(note))

    def cases(self) -> tuple[Case, ...]:
        """All cases, in the order in which they were kept."""
        return self._rows()

    def keep(self, cases: Iterable[Case]) -> int:
        """Keep cases, all or none, and return how many are new; one that is kept already stays."""
        new = list(cases)
        n_before = len(self.cases())
        with self._changing() as connection:
            for case in new:
                same = self._values(case)
                if connection.execute(f"SELECT 1 FROM cases WHERE {_SAME}", same).fetchone():
                    continue
                connection.execute(
                    "INSERT INTO cases (fingerprint, query, doc_id, top, wanted, note, at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (*same, stored(case.note), time.time()),
                )
        return len(self.cases()) - n_before

    def remove(self, case: Case) -> None:
        """Forget a case for good."""
        with self._changing() as connection:
            connection.execute(f"DELETE FROM cases WHERE {_SAME}", self._values(case))

    def _values(self, case: Case) -> tuple[str | bytes | int, ...]:
        return (
            self.fingerprint,
            stored(case.query),
            stored(case.doc_id),
            case.top,
            int(case.wanted),
        )
