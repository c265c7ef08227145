"""Exports: every row and every file carries the machine."""

from __future__ import annotations

import csv
import io
import json

import pytest

from engine.latency.figure_export import FigureData, figure_csv, figure_json
from engine.types import CrossExamError

DATA = FigureData(
    "depth",
    ("depth", "seconds", "nDCG@10"),
    [(5, 0.25, 0.5), (10, 0.5, None)],
    {"query": "=1+1"},
    {"processor": "P", "cores": 2},
)


def test_each_line_of_a_csv_carries_conditions_and_machine() -> None:
    rows = list(csv.DictReader(io.StringIO(figure_csv(DATA))))
    assert [row["seconds"] for row in rows] == ["0.25", "0.5"]
    assert [row["nDCG@10"] for row in rows] == ["0.5", ""]
    for row in rows:
        assert (row["machine processor"], row["machine cores"]) == ("P", "2")
        assert row["query"] == "'=1+1", "a spreadsheet must not take it for a formula"


def test_the_json_says_the_same() -> None:
    found = json.loads(figure_json(DATA))
    assert found["machine"] == {"processor": "P", "cores": 2}
    assert found["conditions"] == {"query": "=1+1"}
    assert found["rows"][1] == {"depth": 10, "seconds": 0.5, "nDCG@10": None}


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(CrossExamError, match="row 1 has 1 values, the header 2"):
        FigureData("x", ("a", "b"), [(1,)], {}, {})
