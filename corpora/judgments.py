"""People's judgments of a corpus: each kept with its judge, none ever overwritten.

A log of JSON lines, one a judgment, written through to the disk before `append` returns;
a later line of the same judge for the same pair takes the place of the earlier one, and a
line without a relevance takes it back.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from corpora.complaints import from_system
from corpora.line_file import LineFile
from search.storage import cache_folder
from search.types import CrossExamError, Qrel

GRADES = (0, 1, 2, 3)
LONGEST_NAME = 60
LONGEST_VIA = 500
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

    `via` says that the judge was shown a machine's grade first; "" for a judgment by itself.
    """

    query_id: str
    doc_id: str
    relevance: int | None
    judge: str
    at: float = 0.0
    via: str = ""


class JudgmentLog(LineFile[Judgment]):
    """The judgments of one corpus, by its fingerprint; threads may share it."""

    def __init__(self, fingerprint: str, folder: Path | None = None) -> None:
        super().__init__(
            fingerprint, folder if folder is not None else cache_folder() / "judgments"
        )

    def _row(self, line: bytes) -> Judgment | None:
        return _judgment(line)

    def append(self, judgment: Judgment) -> Judgment:
        """Keep a judgment: on the disk when this returns. Returns it as it was kept.

        Raises CrossExamError for a grade other than 0 to 3, a blank name, or a folder that
        cannot be written.
        """
        if judgment.relevance is not None and judgment.relevance not in GRADES:
            raise CrossExamError(f"relevance is {judgment.relevance!r}: give 0, 1, 2 or 3")
        stored = Judgment(
            judgment.query_id,
            judgment.doc_id,
            judgment.relevance,
            judge_name(judgment.judge),
            judgment.at or time.time(),
            judgment.via,
        )
        row = {
            "query_id": stored.query_id,
            "doc_id": stored.doc_id,
            "relevance": stored.relevance,
            "judge": stored.judge,
            "at": stored.at,
        }
        if stored.via:
            row["via"] = stored.via
        line = json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        try:
            with self._lock:
                self._write(line)
        except OSError as error:
            remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
            raise from_system(self.path, error, remedy) from error
        return stored

    def _write(self, line: bytes) -> None:
        """Append whole lines; one torn by a crash is ended first, so that it harms no other."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                line = b"\n" + line
            os.write(handle, line)
            os.fsync(handle)
        finally:
            os.close(handle)

    def entries(self) -> tuple[Judgment, ...]:
        """Everything that was ever said, in order; damaged lines are passed over."""
        return self._parsed()[0]

    def latest(self) -> tuple[Judgment, ...]:
        """Each judge's last word on each pair, in the order in which they first spoke."""
        said: dict[tuple[str, str, str], Judgment] = {}
        for entry in self.entries():
            said[(entry.query_id, entry.doc_id, entry.judge)] = entry
        return tuple(entry for entry in said.values() if entry.relevance is not None)


def judge_name(text: str) -> str:
    """A judge's name as it is kept: one printable line; raises CrossExamError for a blank one."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    name = " ".join(printable.split())[:LONGEST_NAME]
    if not name:
        raise CrossExamError("the judge's name is empty: type one, so that a judgment has an owner")
    return name


def independent(qrels: Sequence[Qrel], said: Iterable[Judgment]) -> tuple[Qrel, ...]:
    """People's relevance of each pair, without what they said after seeing a machine's grade.

    A machine is measured and its bounds are chosen on these alone.
    """
    return combined(qrels, (entry for entry in said if not entry.via))


def combined(
    qrels: Sequence[Qrel], said: Iterable[Judgment], way: Way = "mean"
) -> tuple[Qrel, ...]:
    """One relevance a pair: the corpus' own judgment counts as one more judge's.

    `mean` rounds halves up. A pair that only people judged is added; `corpus` leaves
    people's judgments out.
    """
    given: dict[tuple[str, str], list[int]] = {}
    for qrel in qrels:
        given.setdefault((qrel.query_id, qrel.doc_id), []).append(qrel.relevance)
    if way != "corpus":
        for entry in said:
            if entry.relevance is not None:
                given.setdefault((entry.query_id, entry.doc_id), []).append(entry.relevance)
    return tuple(Qrel(query, doc, _one(grades, way)) for (query, doc), grades in given.items())


def conflicts(
    qrels: Sequence[Qrel], said: Iterable[Judgment]
) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """(query_id, doc_id, ((judge, relevance), …)) of each pair that judges see differently."""
    given: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for entry in said:
        if entry.relevance is not None:
            given.setdefault((entry.query_id, entry.doc_id), []).append(
                (entry.judge, entry.relevance)
            )
    for qrel in qrels:
        if (pair := (qrel.query_id, qrel.doc_id)) in given:
            given[pair].insert(0, (CORPUS_JUDGE, qrel.relevance))
    return [
        (query_id, doc_id, tuple(voices))
        for (query_id, doc_id), voices in sorted(given.items())
        if len({relevance for _, relevance in voices}) > 1
    ]


def _one(grades: Sequence[int], way: Way) -> int:
    if way == "highest":
        return max(grades)
    if way == "lowest":
        return min(grades)
    return (2 * sum(grades) + len(grades)) // (2 * len(grades))


def _judgment(line: bytes) -> Judgment | None:
    try:
        row: Any = json.loads(line.decode("utf-8", "surrogatepass"))
        relevance = row["relevance"]
        if relevance is not None and (type(relevance) is not int or relevance not in GRADES):
            return None
        texts = (row["query_id"], row["doc_id"], row["judge"])
        if not all(isinstance(text, str) for text in texts):
            return None
        return Judgment(
            *texts[:2], relevance, texts[2], float(row["at"]), str(row.get("via", ""))[:LONGEST_VIA]
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
