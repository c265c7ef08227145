"""Reads BEIR's judgments: a TSV of query id, document id and relevance."""

from __future__ import annotations

from collections.abc import Collection, Container
from pathlib import Path

from corpora.complaints import in_row, listed, shown
from corpora.text_lines import text_lines
from search.types import Qrel

COLUMNS = 3
PREFERRED = ("test.tsv", "dev.tsv", "train.tsv")


def qrels_file(folder: Path) -> Path | None:
    """The judgments to read: test, else dev, else train, else the first by name."""
    found = sorted(path for path in folder.glob("*.tsv") if path.is_file())
    named = {path.name: path for path in found}
    preferred = [named[name] for name in PREFERRED if name in named]
    return next(iter(preferred + found), None)


def read_qrels(
    path: Path, query_ids: Collection[str], documents: Container[str]
) -> tuple[tuple[Qrel, ...], tuple[str, ...]]:
    """(judgments, warnings) of a file whose first line is a header.

    A judgment of a document that the corpus does not hold stays, for evaluation
    must count it as never found; it is warned about. One repeated unchanged is
    taken once; two that contradict each other are an error.
    """
    taken: dict[tuple[str, str], tuple[Qrel, int]] = {}
    unknown: list[str] = []
    for line, text in text_lines(path):
        cells = [cell.strip() for cell in text.split("\t")]
        if cells == [""]:
            continue
        if len(cells) != COLUMNS:
            raise in_row(
                path,
                line,
                f"{len(cells)} cells, not {COLUMNS}: "
                "write query-id, corpus-id and score with tabs between them",
            )
        if line == 1:
            _require_header(path, cells)
            continue
        qrel = _judgment(path, line, cells)
        if qrel.query_id not in query_ids:
            raise in_row(
                path,
                line,
                f"no query has the id {shown(qrel.query_id)}: "
                "add it to queries.jsonl or remove the judgment",
            )
        before, first = taken.setdefault((qrel.query_id, qrel.doc_id), (qrel, line))
        if before.relevance != qrel.relevance:
            raise in_row(
                path,
                line,
                f"query {shown(qrel.query_id)} and document {shown(qrel.doc_id)} have relevance "
                f"{qrel.relevance} here and {before.relevance} in line {first}: keep one",
            )
        if first == line and qrel.doc_id not in documents:
            unknown.append(qrel.doc_id)
    qrels = tuple(qrel for qrel, _ in taken.values())
    return qrels, _unknown_warning(path, unknown)


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
