"""A machine's opinions of pairs: in a file of their own, never in that of people's judgments.

JSON lines, one an opinion, with who gave it, by which score and which bounds. The file is
always replaced as a whole, so a process that dies leaves the old one or the new one. A
later opinion of the same teacher on the same pair takes the place of the earlier one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpora.complaints import from_system
from corpora.judgments import GRADES
from corpora.line_file import LineFile
from search.csv_writing import csv_text
from search.storage import cache_folder, write_text_atomically
from search.types import Qrel

FOLDER = "machine-judgments"
MARK = "machine"


@dataclass(frozen=True, slots=True)
class MachineJudgment:
    """What a model makes of one pair: its score, and the grade that the bounds give it.

    `bounds` are (grade, least score), rising; `pairs` on how many of people's judgments they
    were chosen, 0 for the default. `rejected_by` names the person who turned it down.
    """

    query_id: str
    doc_id: str
    score: float
    grade: int
    teacher: str
    revision: str
    bounds: tuple[tuple[int, float], ...]
    pairs: int
    at: float
    rejected_by: str = ""

    @property
    def calibrated(self) -> bool:
        """Whether people's judgments chose the bounds."""
        return self.pairs > 0


class MachineJudgments(LineFile[MachineJudgment]):
    """The machine's opinions about one corpus, by its fingerprint; threads may share it."""

    def __init__(self, fingerprint: str, folder: Path | None = None) -> None:
        super().__init__(fingerprint, folder or cache_folder() / FOLDER)
        self._removed = self.path.with_suffix(".removed")

    def _row(self, line: bytes) -> MachineJudgment | None:
        return _opinion(line)

    def opinions(self, teacher: str | None = None) -> tuple[MachineJudgment, ...]:
        """Every opinion, rejected ones too; those of one teacher where it is named."""
        found = self._parsed()[0]
        return found if teacher is None else tuple(o for o in found if o.teacher == teacher)

    def teachers(self) -> tuple[str, ...]:
        """The models that gave an opinion, in the order in which they first did."""
        return tuple(dict.fromkeys(opinion.teacher for opinion in self.opinions()))

    def keep(self, opinions: Iterable[MachineJudgment]) -> int:
        """Keep opinions, all or none, and return how many; a rejection outlives a new opinion."""
        new = list(opinions)

        def merged(before: Sequence[MachineJudgment]) -> list[MachineJudgment]:
            known = {_key(opinion): opinion for opinion in before}
            for opinion in new:
                old = known.get(_key(opinion))
                turned_down = old.rejected_by if old is not None else ""
                known[_key(opinion)] = replace(
                    opinion, rejected_by=opinion.rejected_by or turned_down
                )
            return list(known.values())

        self._change(merged)
        return len(new)

    def reject(self, teacher: str, query_id: str, doc_id: str, by: str) -> None:
        """Turn an opinion down in this person's name; an empty name takes that back."""
        wanted = (teacher, query_id, doc_id)
        self._change(
            lambda before: [
                replace(opinion, rejected_by=by) if _key(opinion) == wanted else opinion
                for opinion in before
            ]
        )

    def remove(self) -> int:
        """Take all opinions away in one go, and return how many; `restore` brings them back."""
        with self._lock:
            count = len(self._parsed()[0])
            if count:
                self._guarded(lambda: self.path.replace(self._removed))
        return count

    @property
    def removable(self) -> bool:
        """Whether `restore` would bring something back."""
        return self._removed.is_file() and not self.path.exists()

    def restore(self) -> int:
        """Bring back what was removed last, and return how many opinions that is."""
        with self._lock:
            if self.removable:
                self._guarded(lambda: self._removed.replace(self.path))
            return len(self._parsed()[0])

    def _change(
        self, changed: Callable[[Sequence[MachineJudgment]], list[MachineJudgment]]
    ) -> None:
        with self._lock:
            rows = changed(self._parsed()[0])
            text = "".join(json.dumps(asdict(row)) + "\n" for row in rows)
            self._guarded(lambda: write_text_atomically(self.path, text))
            self._read = None

    def _guarded(self, act: Callable[[], object]) -> None:
        try:
            act()
        except OSError as error:
            remedy = "make it writable, or set CROSSEXAM_CACHE to a folder that is"
            raise from_system(self.path, error, remedy) from error


def proposals(
    opinions: Iterable[MachineJudgment], judged: Iterable[tuple[str, str]]
) -> tuple[MachineJudgment, ...]:
    """The opinions that stand in for a person: not rejected, and of pairs that nobody judged."""
    known = frozenset(judged)
    return tuple(o for o in opinions if not o.rejected_by and (o.query_id, o.doc_id) not in known)


def as_qrels(opinions: Iterable[MachineJudgment]) -> tuple[Qrel, ...]:
    """The opinions as judgments; nothing in them says that a machine gave them."""
    return tuple(Qrel(o.query_id, o.doc_id, o.grade) for o in opinions)


def provenance_csv(opinions: Iterable[MachineJudgment]) -> str:
    """The opinions as CSV with all that is known of each."""
    header = [
        "query_id", "doc_id", "relevance", "made_by", "teacher", "revision", "score", "bounds",
        "calibrated_on_pairs", "rejected_by", "at",
    ]  # fmt: skip
    rows = []
    for o in opinions:
        stamp = datetime.fromtimestamp(o.at, UTC).isoformat(timespec="seconds")
        bounds = "; ".join(f"{grade} from {least:.4f}" for grade, least in o.bounds)
        names = (o.query_id, o.doc_id, o.grade, MARK, o.teacher, o.revision)
        rows.append((*names, f"{o.score:.4f}", bounds, o.pairs, o.rejected_by, stamp))
    return csv_text(header, rows)


def _key(opinion: MachineJudgment) -> tuple[str, str, str]:
    return opinion.teacher, opinion.query_id, opinion.doc_id


def _opinion(line: bytes) -> MachineJudgment | None:
    try:
        row: Any = json.loads(line)
        texts = [row[name] for name in ("query_id", "doc_id", "teacher", "revision", "rejected_by")]
        score, grade, pairs, at = row["score"], row["grade"], row["pairs"], row["at"]
        bounds = tuple((int(level), float(least)) for level, least in row["bounds"])
        if not all(isinstance(text, str) for text in texts) or type(pairs) is not int:
            return None
        if type(grade) is not int or grade not in GRADES or not math.isfinite(float(score)):
            return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    query_id, doc_id, teacher, revision, rejected_by = texts
    return MachineJudgment(
        query_id, doc_id, float(score), grade, teacher, revision, bounds, pairs, float(at),
        rejected_by,
    )  # fmt: skip
