"""Reads judgments: BEIR's TSV of query id, document id and relevance, or TREC's qrels."""

from __future__ import annotations

from collections.abc import Collection, Container
from pathlib import Path

from corpora.complaints import in_row, listed, shown
from corpora.reading import Reading
from corpora.repeated_judgments import JudgmentRows
from corpora.text_lines import text_lines
from search.types import Qrel

COLUMNS = 3
TREC_COLUMNS = 4
PREFERRED = ("test.tsv", "dev.tsv", "train.tsv")


def qrels_file(folder: Path) -> Path | None:
    """The judgments to read: test, else dev, else train, else the first by name."""
    found = sorted(path for path in folder.glob("*.tsv") if path.is_file())
    named = {path.name: path for path in found}
    preferred = [named[name] for name in PREFERRED if name in named]
    return next(iter(preferred + found), None)


def read_qrels(
    path: Path,
    query_ids: Collection[str],
    documents: Container[str],
    reading: Reading | None = None,
) -> tuple[tuple[Qrel, ...], tuple[str, ...]]:
    """(judgments, warnings): of a TSV with a header line, or in TREC's format without one.

    TREC's lines are query, iteration (passed over), document and relevance, with white
    space between them. A judgment of a document that the corpus does not hold stays, for
    evaluation must count it as never found; it is warned about. One repeated unchanged is
    taken once; contradictory ones go by the reading's rule, and are refused without one.
    """
    reading = reading or Reading()
    rows = JudgmentRows(path, reading)
    unknown: list[str] = []
    trec = False
    for line, text in text_lines(path, reading):
        if not text.strip():
            continue
        if line == 1:
            trec = _is_trec(text)
            if not trec:
                _require_header(path, _cells(path, line, text))
                continue
        with reading.row():
            cells = _trec_cells(path, line, text) if trec else _cells(path, line, text)
            qrel = _judgment(path, line, cells)
            if qrel.query_id not in query_ids:
                raise in_row(
                    path,
                    line,
                    f"no query has the id {shown(qrel.query_id)}: "
                    "add it to queries.jsonl or remove the judgment",
                )
            if rows.add(qrel, line) and qrel.doc_id not in documents:
                unknown.append(qrel.doc_id)
    return rows.qrels(), _unknown_warning(path, unknown)


def _is_trec(text: str) -> bool:
    """Whether a first line is a judgment in TREC's format, which knows no header."""
    cells = text.split()
    return len(cells) == TREC_COLUMNS and _is_integer(cells[-1])


def _trec_cells(path: Path, line: int, text: str) -> list[str]:
    cells = text.split()
    if len(cells) != TREC_COLUMNS:
        raise in_row(
            path,
            line,
            f"{len(cells)} words, not {TREC_COLUMNS}: write query, 0, document and relevance",
        )
    return [cells[0], cells[2], cells[3]]


def _cells(path: Path, line: int, text: str) -> list[str]:
    cells = [cell.strip() for cell in text.split("\t")]
    if len(cells) != COLUMNS:
        raise in_row(
            path,
            line,
            f"{len(cells)} cells, not {COLUMNS}: "
            "write query-id, corpus-id and score with tabs between them",
        )
    return cells


def _require_header(path: Path, cells: list[str]) -> None:
    if _is_integer(cells[-1]):
        raise in_row(
            path, 1, "a judgment where the header belongs: put query-id, corpus-id, score above it"
        )


def _judgment(path: Path, line: int, cells: list[str]) -> Qrel:
    query_id, doc_id, relevance = cells
    if not _is_integer(relevance):
        raise in_row(
            path, line, f"the relevance {shown(relevance)} is no integer: write 0, 1, 2 or 3"
        )
    return Qrel(query_id, doc_id, int(relevance))


def _is_integer(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 10


def _unknown_warning(path: Path, unknown: list[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    names = listed(unknown, limit=3)
    count = f"{len(unknown):,} judgment" + ("s name" if len(unknown) > 1 else " names")
    return (
        f"{path.parent.name}/{path.name}: {count} documents that the corpus does not hold "
        f"({names}); they count as never found",
    )
