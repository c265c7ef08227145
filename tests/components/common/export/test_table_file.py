"""A table as CSV: what its cells say, numbers that programs read, formulas disarmed."""

from __future__ import annotations

import csv
import io

from components.common.export.table_file import file_name, table_csv
from components.common.plain_table import TableCell, TableColumn, pack

COLUMNS = [TableColumn(""), TableColumn("nDCG@10", "of 0 to 1"), TableColumn("time")]
ROWS = [
    [TableCell("=cmd()"), TableCell("−0.12", note="n = 3"), TableCell("1,234.5", tag="best")],
    [TableCell('a, "b"\nc'), TableCell("n/a"), TableCell("12 ms")],
]


def test_marks_and_notes_have_columns_of_their_own_and_numbers_are_numbers() -> None:
    rows = list(csv.reader(io.StringIO(table_csv(COLUMNS, ROWS))))
    assert rows == [
        ["name", "nDCG@10", "nDCG@10: note", "time", "time: mark"],
        ["'=cmd()", "-0.12", "n = 3", "1234.5", "best"],
        ['a, "b"\nc', "n/a", "", "12 ms", ""],
    ]


def test_a_table_on_screen_carries_its_file_and_an_empty_one_none() -> None:
    packed = pack(COLUMNS, ROWS, "Where is it? <b>")
    assert packed["file"]["name"] == "crossexam-where-is-it-b.csv"
    assert packed["file"]["text"] == table_csv(COLUMNS, ROWS)
    assert pack(COLUMNS, [], "none")["file"] is None


def test_no_title_leaves_the_folder_or_gets_too_long() -> None:
    assert file_name("../../etc/passwd") == "crossexam-etc-passwd"
    assert len(file_name("x" * 500)) <= 70
    assert file_name("") == "crossexam"
    assert file_name("東京") == "crossexam"
