"""What comparing a query with 1, 100 and a million documents takes, by model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised


class Estimate(Protocol):
    """A duration, whether it was measured (else extrapolated), and from what."""

    @property
    def seconds(self) -> float: ...

    @property
    def measured(self) -> bool: ...

    @property
    def note(self) -> str: ...


class ScaleCost(Protocol):
    """The cost of one way of comparing at three sizes; `what` says what is timed."""

    @property
    def name(self) -> str: ...

    @property
    def what(self) -> str: ...

    @property
    def one(self) -> Estimate: ...

    @property
    def hundred(self) -> Estimate: ...

    @property
    def million(self) -> Estimate: ...


def scale_table(costs: Sequence[ScaleCost], *, key: str) -> None:
    """Draw the table; every cell says itself whether it was measured."""
    columns = [
        TableColumn("One query against …"),
        TableColumn("1 document"),
        TableColumn("100 documents"),
        TableColumn("1,000,000 documents"),
    ]
    cells = [
        [
            TableCell(cost.name, note=cost.what),
            *(cell_of(c) for c in (cost.one, cost.hundred, cost.million)),
        ]
        for cost in costs
    ]
    plain_table(columns, cells, caption="Time to compare, by model and size", key=key)


def cell_of(estimate: Estimate) -> TableCell:
    """The duration in a person's unit, with its basis: measured or extrapolated."""
    word = "measured" if estimate.measured else "extrapolated"
    return TableCell(
        humanised(estimate.seconds), tag=word, dashed=not estimate.measured, note=estimate.note
    )
