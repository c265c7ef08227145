"""The judgments of one source, in which a pair may stand more than once."""

from __future__ import annotations

from pathlib import Path

from corpora.readers.input_errors import in_row, shown
from corpora.readers.read_options import ReadOptions
from engine.types import Qrel
from engine.types.contradictory_judgments import CHOICE, settled

Pair = tuple[str, str]


class JudgmentRows:
    """Rows of judgments as they are met; `qrels` makes one judgment a pair of them.

    A row repeated unchanged counts once. One that contradicts an earlier row is refused,
    unless the reading has a rule for that; then each such pair is counted and listed.
    """

    def __init__(self, path: Path, read_options: ReadOptions) -> None:
        self._path = path
        self._read_options = read_options
        self._rows: dict[Pair, list[tuple[int, int]]] = {}

    def add(self, qrel: Qrel, line: int) -> bool:
        """Whether the pair is new; raises InputError for a contradiction without a rule."""
        rows = self._rows.setdefault((qrel.query_id, qrel.doc_id), [])
        if rows and self._read_options.rule is None:
            grade, first = rows[0]
            if grade != qrel.relevance:
                raise in_row(
                    self._path,
                    line,
                    f"query {shown(qrel.query_id)} and document {shown(qrel.doc_id)} have "
                    f"relevance {qrel.relevance} here and {grade} in line {first}: keep one, or "
                    f"choose a rule for contradictory judgments ({CHOICE})",
                )
        rows.append((qrel.relevance, line))
        return len(rows) == 1

    def qrels(self) -> tuple[Qrel, ...]:
        """One judgment a pair, in the order in which the pairs were met."""
        qrels = []
        for (query_id, doc_id), rows in self._rows.items():
            grade: int | None = rows[0][0]
            if any(other_grade != grade for other_grade, _ in rows):
                grade = self._by_rule(query_id, doc_id, rows)
            if grade is not None:
                qrels.append(Qrel(query_id, doc_id, grade))
        return tuple(qrels)

    def _by_rule(self, query_id: str, doc_id: str, rows: list[tuple[int, int]]) -> int | None:
        rule = self._read_options.rule
        assert rule is not None, "add refuses a contradiction where there is no rule"
        grade = settled([each for each, _ in rows], rule)
        grades = ", ".join(f"{each} in line {line:,}" for each, line in rows)
        outcome = "none of them is kept" if grade is None else f"{grade} is kept ({rule})"
        self._read_options.contradiction(
            self._path,
            next(line for each, line in rows if each != rows[0][0]),
            f"query {shown(query_id)} and document {shown(doc_id)} have relevance {grades}: "
            f"{outcome}",
        )
        return grade
