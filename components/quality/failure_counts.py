"""How often a pipeline fails, by kind of failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table


@dataclass(frozen=True, slots=True)
class FailureCount:
    """One kind: its documents (None where it takes a reranker), and the failing of the queries.

    `searches` is the failing queries' share of all searches, None where nobody said how often
    each query is searched.
    """

    title: str
    documents: int | None
    failing: int
    queries: int
    searches: float | None = None


def failure_counts(rows: Sequence[FailureCount], *, key: str) -> None:
    """Draw a row a kind; with a column of searches where queries have a number of them."""
    weighted = any(row.searches is not None for row in rows)
    columns = [TableColumn("Failure"), TableColumn("Documents"), TableColumn("Queries")]
    if weighted:
        columns.append(TableColumn("Searches", "each query as often as it is searched"))
    plain_table(
        columns,
        [[*_cells(row), *([_searches(row)] if weighted else [])] for row in rows],
        caption="Failures by kind",
        key=key,
    )


def _cells(row: FailureCount) -> list[TableCell]:
    if row.documents is None:
        return [TableCell(row.title), TableCell("–"), TableCell("needs a reranker")]
    share = row.failing / row.queries if row.queries else None
    return [
        TableCell(row.title),
        TableCell(f"{row.documents:,}"),
        TableCell(f"{row.failing:,} of {row.queries:,}", share=share),
    ]


def _searches(row: FailureCount) -> TableCell:
    if row.documents is None or row.searches is None:
        return TableCell("–")
    return TableCell(f"{row.searches:.0%}", share=row.searches)
