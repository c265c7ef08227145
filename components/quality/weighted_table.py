"""Means by searches, each with its interval: the twin of a table in which queries count alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised
from engine.types.registries.measures import JUDGED, measure_named, said

SECONDS = "Time per query"


@dataclass(frozen=True, slots=True)
class WeightedFigure:
    """A mean by searches and its 95% interval."""

    value: float
    interval: tuple[float, float]


def weighted_table(rows: Mapping[str, Mapping[str, WeightedFigure]], *, key: str) -> None:
    """Draw a row for each name, a column for each mean."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    plain_table(
        [TableColumn("By searches"), *(TableColumn(name) for name in columns)],
        [[TableCell(name), *_cells(row, columns)] for name, row in rows.items()],
        caption="Means weighted by searches",
        key=key,
    )


def _cells(row: Mapping[str, WeightedFigure], columns: Sequence[str]) -> list[TableCell]:
    cells = []
    for name in columns:
        figure = row.get(name)
        if figure is None:
            cells.append(TableCell("–"))
            continue
        low, high = figure.interval
        interval = f"{figure_text(name, low)} to {figure_text(name, high)}"
        cells.append(TableCell(figure_text(name, figure.value), note=interval))
    return cells


def figure_text(name: str, value: float) -> str:
    """A mean as its column writes it: a measure's decimals, a share in percent, a duration."""
    if name == SECONDS:
        return humanised(value)
    if measure_named(name) is None or name == JUDGED:
        return f"{value:.1%}"
    return said(name, value)
