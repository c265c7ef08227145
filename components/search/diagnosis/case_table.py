"""Cases and whether they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types.diagnosis.cases import Case, CaseResult


def case_table(cases: Sequence[Case], results: Mapping[Case, CaseResult], *, key: str) -> None:
    """Draw a row for each case: the query, the document, what is wanted, and what came of it."""
    plain_table(
        [
            TableColumn("Query"),
            TableColumn("Document", words=True),
            TableColumn("Wanted", words=True),
            TableColumn("Result", words=True),
        ],
        [case_row(case, results.get(case)) for case in cases],
        caption="Cases and whether they hold",
        key=key,
    )


def case_row(case: Case, result: CaseResult | None) -> list[TableCell]:
    """A case in cells; without a result it was not run."""
    return [
        TableCell(case.query, note=case.note),
        TableCell(case.doc_id),
        TableCell(case.wish),
        _result_cell(result),
    ]


def _result_cell(result: CaseResult | None) -> TableCell:
    if result is None:
        return TableCell("not run")
    rank = "not listed" if result.rank is None else f"rank {result.rank:,}"
    tag = "passed" if result.passed else "failed"
    return TableCell(result.problem or rank, tag=tag, dashed=not result.passed)
