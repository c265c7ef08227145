"""The first rows of a source, and the rows that an import left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import shortened

LONGEST_CELL, MOST_COLUMNS = 140, 8


def preview_table(rows: Sequence[Mapping[str, str]], *, key: str) -> None:
    """Draw the rows as they were read, long cells cut, at most eight columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown_names = names[:MOST_COLUMNS]
    columns = [TableColumn(name, words=True) for name in shown_names]
    if len(names) > len(shown_names):
        columns[-1] = TableColumn(
            shown_names[-1], f"and {len(names) - len(shown_names)} more columns", words=True
        )
    plain_table(
        columns,
        [
            [_cell(row.get(name, ""), first=name == shown_names[0]) for name in shown_names]
            for row in rows
        ],
        caption="The first rows",
        key=key,
    )


def left_out_table(
    rows: Sequence[tuple[str, int | None, str]],
    *,
    total: int,
    key: str,
    title: str = "Left out",
    caption: str = "Rows that were left out",
) -> None:
    """Draw where each row stood and why it was left out."""
    extent = f"the first {len(rows)} of {total:,}" if total > len(rows) else "all of them"
    plain_table(
        [TableColumn(title, extent), TableColumn("Why, and the remedy", words=True)],
        [
            [
                TableCell(file if line is None else f"{file}, line {line:,}"),
                TableCell("", note=_cut(why, 240)),
            ]
            for file, line, why in rows
        ],
        caption=caption,
        key=key,
    )


def _cell(text: str, *, first: bool) -> TableCell:
    return TableCell(_cut(text)) if first else TableCell("", note=_cut(text))


def _cut(text: str, longest: int = LONGEST_CELL) -> str:
    line = " ".join(text.split())
    return shortened(line, longest)
