"""People's judgments of a corpus: each kept with its judge, none ever overwritten.

A log of rows in the database, one a judgment, on the disk before `append` returns; a later
row of the same judge for the same pair takes the place of the earlier one, and a row without
a relevance takes it back.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpora.stores.corpus_rows import CorpusRows
from corpora.stores.database_schema import stored, text_of
from corpora.stores.earlier_files import PEOPLE
from corpora.stores.earlier_rows import GRADES, LONGEST_VIA
from engine.types import CrossExamError, Qrel

LONGEST_NAME = 60
CORPUS_JUDGE = "the corpus"
Way = Literal["mean", "highest", "lowest", "corpus"]
WAYS: Mapping[Way, str] = {
    "mean": "Mean of all judges, halves up",
    "highest": "Highest of all judges",
    "lowest": "Lowest of all judges",
    "corpus": "The corpus' own judgments alone",
}


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one judge said of one pair; `relevance` None takes an earlier word back.

    `via` says that the judge was shown a model's grade first; "" for a judgment by itself.
    """

    query_id: str
    doc_id: str
    relevance: int | None
    judge: str
    at: float = 0.0
    via: str = ""


class JudgmentLog(CorpusRows[Judgment]):
    """The judgments of one corpus, by its fingerprint; threads may share it."""

    kind = "judgments"
    earlier = PEOPLE

    def _select(self, connection: sqlite3.Connection) -> Iterator[Judgment]:
        for query_id, doc_id, relevance, judge, at, via in connection.execute(
            "SELECT query_id, doc_id, relevance, judge, at, via FROM judgments "
            "WHERE fingerprint = ? ORDER BY id",
            (self.fingerprint,),
        ):
            pair = (text_of(query_id), text_of(doc_id))
            yield Judgment(*pair, relevance, text_of(judge), float(at), text_of(via))

    def append(self, judgment: Judgment) -> Judgment:
        """Keep a judgment: on the disk when this returns. Returns it as it was kept.

        Raises CrossExamError for a grade other than 0 to 3, a blank name, a full disk or a
        folder that cannot be written; then it is not kept.
        """
        if judgment.relevance is not None and judgment.relevance not in GRADES:
            raise CrossExamError(f"relevance is {judgment.relevance!r}: give 0, 1, 2 or 3")
        stamped = Judgment(
            judgment.query_id,
            judgment.doc_id,
            judgment.relevance,
            judge_name(judgment.judge),
            judgment.at or time.time(),
            judgment.via[:LONGEST_VIA],
        )
        texts = (
            stored(stamped.query_id),
            stored(stamped.doc_id),
            stored(stamped.judge),
            stored(stamped.via),
        )
        query_id, doc_id, judge, via = texts
        with self._changing() as connection:
            connection.execute(
                "INSERT INTO judgments (fingerprint, query_id, doc_id, relevance, judge, at, via) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (self.fingerprint, query_id, doc_id, stamped.relevance, judge, stamped.at, via),
            )
        return stamped

    def entries(self) -> tuple[Judgment, ...]:
        """Everything that was ever said, in order."""
        return self._rows()

    def latest(self) -> tuple[Judgment, ...]:
        """Each judge's last word on each pair, in the order in which they first spoke."""
        latest_by_key: dict[tuple[str, str, str], Judgment] = {}
        for entry in self.entries():
            latest_by_key[(entry.query_id, entry.doc_id, entry.judge)] = entry
        return tuple(entry for entry in latest_by_key.values() if entry.relevance is not None)


def judge_name(text: str) -> str:
    """A judge's name as it is kept: one printable line; raises CrossExamError for a blank one."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    name = " ".join(printable.split())[:LONGEST_NAME]
    if not name:
        raise CrossExamError("the judge's name is empty: type one, so that a judgment has an owner")
    return name


def independent(qrels: Sequence[Qrel], said: Iterable[Judgment]) -> tuple[Qrel, ...]:
    """People's relevance of each pair, without what they said after seeing a model's grade.

    A model that judges is measured and its thresholds are chosen on these alone.
    """
    return combined(qrels, (entry for entry in said if not entry.via))


def combined(
    qrels: Sequence[Qrel], said: Iterable[Judgment], way: Way = "mean"
) -> tuple[Qrel, ...]:
    """One relevance a pair: the corpus' own judgment counts as one more judge's.

    `mean` rounds halves up. A pair that only people judged is added; `corpus` leaves
    people's judgments out.
    """
    grades_by_pair: dict[tuple[str, str], list[int]] = {}
    for qrel in qrels:
        grades_by_pair.setdefault((qrel.query_id, qrel.doc_id), []).append(qrel.relevance)
    if way != "corpus":
        for entry in said:
            if entry.relevance is not None:
                grades_by_pair.setdefault((entry.query_id, entry.doc_id), []).append(
                    entry.relevance
                )
    return tuple(
        Qrel(query, doc, _one(grades, way)) for (query, doc), grades in grades_by_pair.items()
    )


def conflicts(
    qrels: Sequence[Qrel], said: Iterable[Judgment]
) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """(query_id, doc_id, ((judge, relevance), …)) of each pair that judges see differently."""
    grades_by_pair: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for entry in said:
        if entry.relevance is not None:
            grades_by_pair.setdefault((entry.query_id, entry.doc_id), []).append(
                (entry.judge, entry.relevance)
            )
    for qrel in qrels:
        if (pair := (qrel.query_id, qrel.doc_id)) in grades_by_pair:
            grades_by_pair[pair].insert(0, (CORPUS_JUDGE, qrel.relevance))
    return [
        (query_id, doc_id, tuple(judge_grades))
        for (query_id, doc_id), judge_grades in sorted(grades_by_pair.items())
        if len({relevance for _, relevance in judge_grades}) > 1
    ]


def _one(grades: Sequence[int], way: Way) -> int:
    if way == "highest":
        return max(grades)
    if way == "lowest":
        return min(grades)
    return (2 * sum(grades) + len(grades)) // (2 * len(grades))
