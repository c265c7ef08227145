"""What comparing a query with 1, 100 and a million documents takes, by model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised


@dataclass(frozen=True, slots=True)
class Cell:
    """A duration, whether it was measured (else extrapolated), and from what."""

    seconds: float
    measured: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """The cost of one way of comparing at three sizes; `note` says what is timed."""

    model: str
    one: Cell
    hundred: Cell
    million: Cell
    note: str = ""


def scale_table(rows: Sequence[ScaleRow], *, key: str) -> None:
    """Draw the table; every cell says itself whether it was measured."""
    columns = [
        TableColumn("One query against …"),
        TableColumn("1 document"),
        TableColumn("100 documents"),
        TableColumn("1,000,000 documents"),
    ]
    cells = [
        [
            TableCell(row.model, note=row.note),
            *(cell_of(c) for c in (row.one, row.hundred, row.million)),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Time to compare, by model and size", key=key)


def cell_of(cell: Cell) -> TableCell:
    """The duration in a person's unit, with the word that says how it is known."""
    word = "measured" if cell.measured else "extrapolated"
    return TableCell(humanised(cell.seconds), tag=word, dashed=not cell.measured, note=cell.note)
