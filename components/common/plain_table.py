"""A small table drawn as a real HTML table, for figures that are read rather than sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.common import stage
from components.common.browser_view import BrowserView
from components.common.export.drawn_tables import keep_table
from components.common.export.table_file import file_name, table_csv

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_plain_table",
    html='<div class="scroll"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.parent / "export" / "save_file.js", _HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column's heading, one line that explains it, and whether it holds words or figures.

    A figure stands out. Words do not, whatever they begin with, nor do those in the place of one.
    """

    title: str
    note: str = ""
    words: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """A figure, a tag beside it (solid or, for what was not measured, dashed) and a note.

    `share` draws a bar below the figure: from 0 to 1, or from -1 to 1 with zero in
    the middle where `signed`.
    """

    text: str
    tag: str = ""
    dashed: bool = False
    note: str = ""
    share: float | None = None
    signed: bool = False


def plain_table(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[TableCell]], *, caption: str, key: str
) -> None:
    """Draw the rows, to be saved as CSV; the first cell of each is its heading.

    `caption` is for screen readers, and names the file.
    """
    _MOUNT(data=pack(columns, rows, caption), key=key)
    head = [column.title for column in columns]
    keep_table(key, caption, head, [[_said(cell) for cell in row] for row in rows])


def _said(cell: TableCell) -> str:
    """A cell in one line: its figure, with what stands beside and below it in brackets."""
    aside = ", ".join(filter(None, (cell.tag, cell.note)))
    return f"{cell.text} ({aside})" if aside else cell.text


def pack(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[TableCell]], caption: str
) -> dict[str, Any]:
    """The table as plain data; every text stays text."""
    return {
        "caption": caption,
        "columns": [asdict(column) for column in columns],
        "rows": [[asdict(cell) for cell in row] for row in rows],
        "file": {"name": f"{file_name(caption)}.csv", "text": table_csv(columns, rows)}
        if rows and not stage.is_on()
        else None,
    }
