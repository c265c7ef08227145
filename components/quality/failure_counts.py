"""How often a pipeline fails, by kind of failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table


@dataclass(frozen=True, slots=True)
class FailureCount:
    """One kind: its documents (None where it takes a reranker), and the failing of the queries."""

    title: str
    documents: int | None
    failing: int
    queries: int


def failure_counts(rows: Sequence[FailureCount], *, key: str) -> None:
    """Draw a row a kind."""
    plain_table(
        [TableColumn("Failure"), TableColumn("Documents"), TableColumn("Queries")],
        [
            [TableCell(row.title), TableCell("–"), TableCell("needs a reranker")]
            if row.documents is None
            else [
                TableCell(row.title),
                TableCell(f"{row.documents:,}"),
                TableCell(
                    f"{row.failing:,} of {row.queries:,}",
                    share=row.failing / row.queries if row.queries else None,
                ),
            ]
            for row in rows
        ],
        caption="Failures by kind",
        key=key,
    )
