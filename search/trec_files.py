"""Reads what other systems write: TREC run files, and judgments as TREC qrels or BEIR's TSV.

An error names the file and the line, as `file:line:`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from search.contradictions import CHOICE, Rule, settled
from search.run_notes import single_precision
from search.types import CrossExamError, Hit, Qrel, Ranking, Run

RUN_COLUMNS = "query Q0 document rank score name"
QREL_COLUMNS = "query 0 document relevance"
MOST_LINES = 5_000_000


def decoded(data: bytes, file: str) -> str:
    """The bytes as text; raises CrossExamError where they are no UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _wrong(file, line, "no UTF-8 text: save the file as UTF-8") from error


def read_run(text: str, file: str) -> Run:
    """The run of a TREC run file, named as its last column says.

    Documents are ranked by score, ties by falling document id, as trec_eval ranks them; the
    rank column is not read. Raises CrossExamError for a line that is none, a score that is no
    number, or a document listed twice for a query.
    """
    rows: dict[str, list[tuple[str, float]]] = {}
    seen: dict[tuple[str, str], int] = {}
    names: dict[str, None] = {}
    for line, cells in _cells(text, file):
        if len(cells) != 6:
            raise _wrong(
                file,
                line,
                f"{len(cells)} columns, not 6: a TREC run has {RUN_COLUMNS!r}, parted by spaces",
            )
        query_id, _, doc_id, _, score_text, name = cells
        try:
            score = float(score_text)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise _wrong(file, line, f"score is {score_text[:40]!r}: give a number (column 5)")
        first = seen.setdefault((query_id, doc_id), line)
        if first != line:
            raise _wrong(
                file,
                line,
                f"document {doc_id[:40]!r} stands twice in the list of query {query_id[:40]!r}, "
                f"first in line {first}: keep one",
            )
        rows.setdefault(query_id, []).append((doc_id, score))
        names[name] = None
    if not rows:
        raise CrossExamError(f"{file}: no line of a run in it: a TREC run has {RUN_COLUMNS!r}")
    if len(names) > 1:
        told = ", ".join(repr(name[:40]) for name in list(names)[:3])
        raise CrossExamError(
            f"{file}: holds {len(names)} runs ({told}): give one file for each run (column 6)"
        )
    (name,) = names
    return Run(name, {query_id: _ranked(found, name) for query_id, found in rows.items()})


def read_judgments(
    text: str, file: str, *, contradictions: Rule | None = None
) -> tuple[tuple[Qrel, ...], int]:
    """(judgments, contradictory pairs) of TREC qrels (4 columns) or BEIR's (3, with a header).

    Raises CrossExamError for a line that is none, and for two that contradict each other
    unless `contradictions` gives the rule by which one grade is made of them.
    """
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for line, cells in _cells(text, file):
        if len(cells) not in (3, 4):
            raise _wrong(
                file,
                line,
                f"{len(cells)} columns: TREC qrels have 4, {QREL_COLUMNS!r}; BEIR's have 3",
            )
        query_id, doc_id, grade = cells[0], cells[-2], cells[-1]
        if not _is_integer(grade):
            if line == 1 and len(cells) == 3:
                continue
            raise _wrong(file, line, f"relevance is {grade[:40]!r}: write 0, 1, 2 or 3")
        rows = found.setdefault((query_id, doc_id), [])
        rows.append((int(grade), line))
        before, first = rows[0]
        if before != int(grade) and contradictions is None:
            raise _wrong(
                file,
                line,
                f"query {query_id[:40]!r} and document {doc_id[:40]!r} have relevance {grade} here "
                f"and {before} in line {first}: keep one, or choose a rule for contradictory "
                f"judgments ({CHOICE})",
            )
    if not found:
        raise CrossExamError(f"{file}: no judgment in it: TREC qrels have {QREL_COLUMNS!r}")
    qrels, contradictory = [], 0
    for (query_id, doc_id), rows in found.items():
        kept: int | None = rows[0][0]
        if contradictions is not None and any(each != kept for each, _ in rows):
            contradictory += 1
            kept = settled([each for each, _ in rows], contradictions)
        if kept is not None:
            qrels.append(Qrel(query_id, doc_id, kept))
    if not qrels:
        raise CrossExamError(
            f"{file}: every judgment contradicts another, so none is left: choose another rule"
        )
    return tuple(qrels), contradictory


def qrels_text(qrels: tuple[Qrel, ...]) -> str:
    """The judgments in TREC's format; raises CrossExamError for an id with white space."""
    for qrel in qrels:
        for name in (qrel.query_id, qrel.doc_id):
            if any(c.isspace() for c in name):
                raise CrossExamError(
                    f"the id {name!r} holds white space, which TREC qrels cannot carry: rename it"
                )
    lines = [f"{qrel.query_id} 0 {qrel.doc_id} {qrel.relevance}" for qrel in qrels]
    return "\n".join(lines) + ("\n" if lines else "")


def _cells(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    for line, row in enumerate(text.split("\n"), 1):
        if line > MOST_LINES:
            raise CrossExamError(f"{file}: more than {MOST_LINES:,} lines: give a shorter run")
        if row.strip():
            yield line, row.split()


def _ranked(rows: list[tuple[str, float]], name: str) -> Ranking:
    """Highest score first; a tie in single precision by falling id, both as in trec_eval."""
    scores = single_precision([score for _, score in rows]).tolist()
    ordered = sorted(zip(rows, scores, strict=True), key=lambda row: row[0][0], reverse=True)
    ordered.sort(key=lambda row: -row[1])
    hits = (Hit(doc_id, score, place) for place, ((doc_id, score), _) in enumerate(ordered, 1))
    return Ranking(name, name, tuple(hits))


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def _wrong(file: str, line: int, complaint: str) -> CrossExamError:
    return CrossExamError(f"{file}:{line}: {complaint}")
