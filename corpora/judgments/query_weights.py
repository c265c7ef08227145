"""How often a query is searched: a number in a column of its file, or none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from corpora.readers.input_errors import in_row, shown
from corpora.readers.tables.names import WEIGHT_NAMES, usual_name

LARGEST = 1e15
_NUMBER = re.compile(r"(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def query_weight(
    path: Path, line: int, row: Mapping[str, object], metadata: Mapping[str, object]
) -> float | None:
    """The weight of a row, of its `metadata` where there is one; None for an empty cell.

    Raises CrossExamError for what is no number from 0 on, with file and line.
    """
    name = "weight"
    value = metadata.get(name)
    if value is None:
        column = usual_name(row, WEIGHT_NAMES)
        if column is None:
            return None
        name, value = column, row[column]
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    weight = _number(value)
    if weight is None or not 0 <= weight <= LARGEST:
        raise in_row(
            path,
            line,
            f"{shown(name)} is {shown(value)}, not a number from 0 on: write how often the query "
            "is searched, as 1200 or 0.5, or leave it empty",
        )
    return weight


def _number(value: object) -> float | None:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        # of whole numbers beyond those of floats Python can ask neither isfinite nor float
        return float(value) if abs(value) <= LARGEST else None
    return None
