"""The one writer of CSV: every export of a page or a command goes through it.

A leaf beside `engine.types`. A text that a spreadsheet would take for a formula gets an
apostrophe before it; a plain number stays one. Texts with a separator of any kind are quoted,
so that no part of them begins a cell or a row of its own: Python's writer leaves a lone
carriage return bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | bool | None
# The wide forms are read as their plain ones by spreadsheets of East Asian systems.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_QUOTED = re.compile(r'[",;|\t\r\n]')


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The rows below their header as CSV with line feeds; None is an empty cell."""
    return "".join(
        ",".join(_quoted(guarded(cell)) for cell in row) + "\n" for row in (header, *rows)
    )


def guarded(cell: Cell) -> str:
    """The cell as text, with an apostrophe before what would be taken for a formula."""
    if cell is None:
        return ""
    text = str(cell)
    # What opens a formula after spaces does so in spreadsheets that trim their cells.
    if text.lstrip(" \u00a0").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
