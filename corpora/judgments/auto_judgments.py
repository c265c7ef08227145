"""A model's judgments of pairs: in a table of their own, never in that of people's judgments.

One row a judgment, with who gave it, by which score and which bounds. A change is there as a
whole or not at all. A later judgment of the same judge on the same pair takes the place of
the earlier one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from corpora.stores.corpus_rows import CorpusRows
from corpora.stores.database_schema import stored, text_of
from corpora.stores.earlier_files import MACHINES
from engine.types import Qrel
from system.csv_writing import csv_text

MARK = "machine"
_COLUMNS = "query_id, doc_id, score, grade, teacher, revision, bounds, pairs, at, rejected_by"


@dataclass(frozen=True, slots=True)
class AutoJudgment:
    """What a model makes of one pair: its score, and the grade that the bounds give it.

    `bounds` are (grade, least score), rising; `pairs` on how many of people's judgments they
    were chosen, 0 for the default. `rejected_by` names the person who turned it down.
    """

    query_id: str
    doc_id: str
    score: float
    grade: int
    judge_model: str
    revision: str
    bounds: tuple[tuple[int, float], ...]
    pairs: int
    at: float
    rejected_by: str = ""

    @property
    def calibrated(self) -> bool:
        """Whether people's judgments chose the bounds."""
        return self.pairs > 0


class AutoJudgments(CorpusRows[AutoJudgment]):
    """The models' judgments of one corpus, by its fingerprint; threads may share it."""

    kind = "machine_judgments"
    earlier = MACHINES

    def _select(self, connection: sqlite3.Connection) -> Iterator[AutoJudgment]:
        for row in connection.execute(
            f"SELECT {_COLUMNS} FROM machine_judgments WHERE fingerprint = ? AND removed = 0 "
            "ORDER BY id",
            (self.fingerprint,),
        ):
            query_id, doc_id, score, grade, judge_model, revision, bounds, pairs, at, by = row
            yield AutoJudgment(
                text_of(query_id), text_of(doc_id), score, grade, text_of(judge_model),
                text_of(revision), tuple((level, least) for level, least in json.loads(bounds)),
                pairs, at, text_of(by),
            )  # fmt: skip

    def judgments(self, judge_model: str | None = None) -> tuple[AutoJudgment, ...]:
        """Every judgment, rejected ones too; those of one judge where it is named."""
        rows = self._rows()
        return (
            rows if judge_model is None else tuple(o for o in rows if o.judge_model == judge_model)
        )

    def judge_models(self) -> tuple[str, ...]:
        """The models that gave a judgment, in the order in which they first did."""
        return tuple(dict.fromkeys(judgment.judge_model for judgment in self.judgments()))

    def keep(self, judgments: Iterable[AutoJudgment]) -> int:
        """Keep judgments, all or none, and return how many; a rejection outlives a new judgment."""
        new = list(judgments)
        with self._changing() as connection:
            for o in new:
                connection.execute(
                    f"INSERT INTO machine_judgments (fingerprint, removed, {_COLUMNS}) "
                    "VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET score = excluded.score, grade = excluded.grade, "
                    "revision = excluded.revision, bounds = excluded.bounds, "
                    "pairs = excluded.pairs, at = excluded.at, rejected_by = "
                    "CASE WHEN excluded.rejected_by = '' THEN rejected_by "
                    "ELSE excluded.rejected_by END",
                    (
                        self.fingerprint, stored(o.query_id), stored(o.doc_id), o.score, o.grade,
                        stored(o.judge_model), stored(o.revision), json.dumps(o.bounds), o.pairs,
                        o.at, stored(o.rejected_by),
                    ),
                )  # fmt: skip
        return len(new)

    def reject(self, judge_model: str, query_id: str, doc_id: str, by: str) -> None:
        """Turn a judgment down in this person's name; an empty name takes that back."""
        with self._changing() as connection:
            connection.execute(
                "UPDATE machine_judgments SET rejected_by = ? WHERE fingerprint = ? AND "
                "removed = 0 AND teacher = ? AND query_id = ? AND doc_id = ?",
                (
                    stored(by),
                    self.fingerprint,
                    stored(judge_model),
                    stored(query_id),
                    stored(doc_id),
                ),
            )

    def remove(self) -> int:
        """Take all judgments away in one go, and return how many; `restore` brings them back."""
        with self._changing() as connection:
            count = self._count(connection, 0)
            if count:
                connection.execute(
                    "DELETE FROM machine_judgments WHERE fingerprint = ? AND removed = 1",
                    (self.fingerprint,),
                )
                self._mark(connection, 1)
        return count

    @property
    def removable(self) -> bool:
        """Whether `restore` would bring something back."""
        with self._database.reading() as connection:
            return connection is not None and self._is_removable(connection)

    def restore(self) -> int:
        """Bring back what was removed last, and return how many judgments that is."""
        with self._changing() as connection:
            if self._is_removable(connection):
                self._mark(connection, 0)
            return self._count(connection, 0)

    def _is_removable(self, connection: sqlite3.Connection) -> bool:
        return bool(self._count(connection, 1)) and not self._count(connection, 0)

    def _mark(self, connection: sqlite3.Connection, removed: int) -> None:
        connection.execute(
            "UPDATE machine_judgments SET removed = ? WHERE fingerprint = ?",
            (removed, self.fingerprint),
        )

    def _count(self, connection: sqlite3.Connection, removed: int) -> int:
        (count,) = connection.execute(
            "SELECT COUNT(*) FROM machine_judgments WHERE fingerprint = ? AND removed = ?",
            (self.fingerprint, removed),
        ).fetchone()
        return int(count)


def proposals(
    judgments: Iterable[AutoJudgment], judged_pairs: Iterable[tuple[str, str]]
) -> tuple[AutoJudgment, ...]:
    """The judgments that stand in for a person: not rejected, and of pairs that nobody judged."""
    people_pairs = frozenset(judged_pairs)
    return tuple(
        o for o in judgments if not o.rejected_by and (o.query_id, o.doc_id) not in people_pairs
    )


def as_qrels(judgments: Iterable[AutoJudgment]) -> tuple[Qrel, ...]:
    """The judgments as judgments; nothing in them says that a model gave them."""
    return tuple(Qrel(o.query_id, o.doc_id, o.grade) for o in judgments)


def provenance_csv(judgments: Iterable[AutoJudgment]) -> str:
    """The judgments as CSV, each with all its fields."""
    header = [
        "query_id", "doc_id", "relevance", "made_by", "teacher", "revision", "score", "bounds",
        "calibrated_on_pairs", "rejected_by", "at",
    ]  # fmt: skip
    rows = []
    for o in judgments:
        stamp = datetime.fromtimestamp(o.at, UTC).isoformat(timespec="seconds")
        bounds = "; ".join(f"{grade} from {least:.4f}" for grade, least in o.bounds)
        names = (o.query_id, o.doc_id, o.grade, MARK, o.judge_model, o.revision)
        rows.append((*names, f"{o.score:.4f}", bounds, o.pairs, o.rejected_by, stamp))
    return csv_text(header, rows)
