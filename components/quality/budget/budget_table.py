"""Pipelines at one token budget: recall, relevant passages, and the difference to the baseline."""

from __future__ import annotations

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from engine.types.quality.contexts import BudgetFigures, BudgetReport
from engine.types.wording.numbers import signed


def budget_table(report: BudgetReport, *, key: str) -> None:
    """Draw a row for each pipeline, the baseline first."""
    columns = [
        TableColumn("Pipeline"),
        TableColumn(
            "Recall at the budget", "of a query's relevant documents, those with a passage in it"
        ),
        TableColumn("Difference", f"to {report.baseline}; 95% interval and Holm's p below"),
        TableColumn("Relevant passages", "in the budget, mean"),
        TableColumn("Passages", "in the budget, mean"),
        TableColumn("Tokens used", "mean"),
        TableColumn("List too short", f"queries whose {report.listed} all fit"),
    ]
    plain_table(
        columns,
        [_cells(row, report) for row in report.rows],
        caption=f"Pipelines within {counted(report.budget, 'token')}",
        key=key,
    )


def _cells(row: BudgetFigures, report: BudgetReport) -> list[TableCell]:
    difference = row.difference
    return [
        TableCell(row.name),
        TableCell(f"{row.recall:.1%}", share=row.recall),
        TableCell("–", note="the baseline")
        if difference is None
        else TableCell(
            _points(difference.value),
            tag="" if difference.significant else "may be chance",
            dashed=True,
            note=f"{_points(difference.interval[0])} to {_points(difference.interval[1])}, "
            f"{difference.p_words}; {difference.better} better, {difference.worse} worse",
        ),
        TableCell(f"{row.relevant:.2f}"),
        TableCell(f"{row.passages:.1f}"),
        TableCell(f"{row.tokens:,.0f}"),
        TableCell(f"{row.ended} of {report.queries}"),
    ]


def _points(value: float) -> str:
    return f"{signed(100 * value, 1)} points"
