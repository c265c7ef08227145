"""A table on screen as CSV: what each cell says, its mark and its note in columns of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from system.csv_writing import csv_text

_NUMBER = re.compile(r"[+\-−]?\d{1,3}(,\d{3})+(\.\d+)?|[+\-−]?\d+(\.\d+)?")


class ColumnLike(Protocol):
    """A column's heading."""

    @property
    def title(self) -> str: ...


class CellLike(Protocol):
    """What a cell says, the mark beside it and the note below it."""

    @property
    def text(self) -> str: ...

    @property
    def tag(self) -> str: ...

    @property
    def note(self) -> str: ...


def table_csv(columns: Sequence[ColumnLike], rows: Sequence[Sequence[CellLike]]) -> str:
    """The rows as CSV; a number is written as programs read it: −1,234.5 as -1234.5."""
    header: list[str] = []
    parts: list[tuple[int, str]] = []
    for place, column in enumerate(columns):
        title = column.title or ("name" if place == 0 else f"column {place + 1}")
        cells = [row[place] for row in rows]
        for part, heading, is_used in (
            ("text", title, True),
            ("tag", f"{title}: mark", any(cell.tag for cell in cells)),
            ("note", f"{title}: note", any(cell.note for cell in cells)),
        ):
            if is_used:
                header.append(heading)
                parts.append((place, part))
    return csv_text(header, [[_part(row[place], part) for place, part in parts] for row in rows])


def file_name(title: str) -> str:
    """A name for a file of that title, without its ending: lower case, no white space."""
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60]
    return f"crossexam-{words}" if words else "crossexam"


def _part(cell: CellLike, part: str) -> str:
    if part == "tag":
        return cell.tag
    if part == "note":
        return cell.note
    if _NUMBER.fullmatch(cell.text):
        return cell.text.replace("−", "-").replace(",", "")
    return cell.text
