"""A figure's numbers as CSV and JSON, each with the machine they were measured on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.types import CrossExamError
from system.csv_writing import csv_text

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class FigureData:
    """The rows behind a figure. A column's name ends in its unit: "score seconds", "peak bytes".

    `about` says under which conditions it was measured; `machine` is from `system.hardware`.
    """

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    about: Mapping[str, Value]
    machine: Mapping[str, str | int]

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, 1):
            if len(row) != len(self.columns):
                raise CrossExamError(
                    f"{self.name}: row {number} has {len(row)} values, the header "
                    f"{len(self.columns)}: give one a column"
                )


def figure_csv(data: FigureData) -> str:
    """A line a row; the conditions and the machine stand in every one, so none is lost."""
    same = {**data.about, **{f"machine {name}": value for name, value in data.machine.items()}}
    return csv_text([*data.columns, *same], [(*row, *same.values()) for row in data.rows])


def figure_json(data: FigureData) -> str:
    """One object: figure, machine, conditions, rows."""
    return json.dumps(
        {
            "figure": data.name,
            "machine": dict(data.machine),
            "conditions": dict(data.about),
            "rows": [dict(zip(data.columns, row, strict=True)) for row in data.rows],
        },
        ensure_ascii=False,
        indent=1,
        allow_nan=False,
    )
