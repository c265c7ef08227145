"""Reads the rows of a table: CSV, TSV and their kin, with or without a header line."""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora.readers.input_errors import in_file, in_row, listed, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import Row
from corpora.readers.tables.table_layout import (
    COMMENT,
    FOOTER,
    RULE,
    SEPARATORS,
    TAB,
    Layout,
    TableLayout,
    other_separator,
    plain_cells,
    table_layout,
)
from corpora.readers.text_head import base_suffix, text_head
from corpora.readers.text_lines import text_lines

OWN_SEPARATORS = {".csv": ",", ".tsv": TAB, ".tab": TAB, ".psv": "|", ".txt": TAB}
HTML = re.compile(r"<(!doctype html|html|table)\b", re.IGNORECASE)
FORMULA = re.compile(r'="(.*)"', re.DOTALL)  # how a spreadsheet is kept from reading a number
DOS_END = "\x1a"
RETURN = re.compile(r"(?<=\r)(?!\n)(?!$)")
ADVICE = {
    "field larger": "split the document into passages, or close the quote that was left open",
    "unexpected end": "close the quote that was left open",
    "new-line": "save the file with ordinary line ends",
    "expected after": 'put the cell in quotes and write a quote within it as ""',
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's layout and its rows: (number of the first line, value by column)."""

    layout: TableLayout
    rows: Iterator[tuple[int, Row]]

    @property
    def kind(self) -> str:
        """What it is, in words; what a comma's or a tab's file says of itself goes unsaid."""
        separator = self.layout.separator
        if separator == TAB:
            return "a TSV file"
        separated = "" if separator == "," else f", separated by {SEPARATORS[separator]}"
        return f"a CSV file{separated}"


def open_table(
    path: Path, layout: Layout, read_options: ReadOptions, chosen: Collection[str] = ()
) -> Table:
    """The table at `path`; what was decided by looking and is not usual becomes a note."""
    opening = text_head(path, read_options.encoding)
    own_separator = OWN_SEPARATORS.get(base_suffix(path), ",")
    if HTML.match(opening.text.lstrip()):
        error_message = "this is an HTML page, whatever its name says: save its table as CSV"
        raise in_row(path, 1, error_message)
    dialect = _layout_of(opening.lines, own_separator, layout, chosen)
    if not opening.text.strip():
        return Table(dialect, iter(_nothing(path, read_options)))
    _check_names(path, dialect)
    if layout.separator is None and dialect.separator != own_separator:
        read_options.note(path, f"its cells are separated by {SEPARATORS[dialect.separator]}")
    other_sign = (
        other_separator(opening.lines[dialect.skipped :]) if len(dialect.names) == 1 else ""
    )
    if other_sign:
        raise in_row(
            path,
            dialect.skipped + 1,
            f"its cells are parted by {shown(other_sign)}, which is not read: part them by commas, "
            "semicolons, tabs or pipes",
        )
    for line in dialect.before:
        read_options.passed(
            path,
            line,
            "line over the table was passed over",
            "lines over the table were passed over",
        )
    if dialect.padded:
        read_options.note(path, "blanks that line up its cells were dropped")
    if not dialect.sure:
        read_options.note(path, _about_header(dialect))
    return Table(dialect, _rows(path, dialect, read_options))


def _layout_of(
    lines: list[str], own_separator: str, layout: Layout, chosen: Collection[str]
) -> TableLayout:
    """The layout by the first lines, the first of which may hold rows that returns end."""
    first_rows = RETURN.split(lines[0]) if lines else []
    if len(first_rows) > 1:
        split = table_layout(
            [*(row.rstrip("\r") for row in first_rows), *lines[1:]], own_separator, layout, chosen
        )
        if not split.skipped and len(split.names) > 1 and _are_rows(first_rows, split):
            return split
    return table_layout(lines, own_separator, layout, chosen)


def _nothing(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    for _ in text_lines(path, read_options):  # refuses an empty file
        pass
    yield from ()


def _about_header(dialect: TableLayout) -> str:
    if dialect.header:
        return f"its first line was read as the names of the columns: {listed(list(dialect.names))}"
    columns = dialect.columns
    parts = []
    if columns is not None:
        named_columns = (("id", columns.id), ("title", columns.title), ("text", columns.text))
        parts = [f"{name} is the {role}" for role, name in named_columns if name]
        if not columns.id:
            parts.append("documents are numbered by their lines")
    return "it has no header line, its first row counts" + (
        f": {', '.join(parts)}" if parts else ""
    )


def _check_names(path: Path, dialect: TableLayout) -> None:
    counts = Counter(name.casefold() for name in dialect.names)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if twice:
        line = dialect.skipped + 1
        raise in_row(path, line, f"columns met twice: {listed(twice)}: rename one of each")
    if not counts:
        raise in_file(path, "no header line that can be read: name the columns in the first line")


def _rows(path: Path, dialect: TableLayout, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    width = len(dialect.names)
    waits = dialect.header
    cell_rows = _quoted_rows if dialect.quoted else _plain_rows
    for line, cells in cell_rows(path, dialect, read_options):
        if dialect.padded:
            cells = [cell.strip() for cell in cells]
        if not any(cell.strip().strip(DOS_END) for cell in cells):
            read_options.passed(
                path, line, "empty row was passed over", "empty rows were passed over"
            )
            continue
        if waits:
            waits = False
            continue
        furniture = _furniture(cells, dialect)
        if furniture is not None:
            read_options.passed(path, line, *furniture)
            continue
        cells = _without_formulas(path, line, cells, read_options)
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            read_options.passed(
                path,
                line,
                "row ends with empty cells beyond the columns, which were dropped",
                "rows end with empty cells beyond the columns, which were dropped",
            )
            cells = cells[:width]
        with read_options.row():
            if len(cells) != width:
                raise in_row(path, line, _ragged(cells, width, dialect))
            yield line, dict(zip(dialect.names, cells, strict=True))


def _furniture(cells: list[str], dialect: TableLayout) -> tuple[str, str] | None:
    """What to say, of one and of many, about a row that is no data; None for data."""
    width = len(dialect.names)
    if dialect.header and tuple(cell.strip() for cell in cells) == dialect.names:
        return "repeated header line was passed over", "repeated header lines were passed over"
    if len(cells) != width and cells[0].startswith(COMMENT):
        return (
            "line that begins with # was passed over as a comment",
            "lines that begin with # were passed over as comments",
        )
    line = dialect.separator.join(cells)
    if dialect.padded and (RULE.match(line) or (len(cells) != width and FOOTER.match(line))):
        return (
            "line of a printed table's frame was passed over",
            "lines of a printed table's frame were passed over",
        )
    return None


def _without_formulas(
    path: Path, line: int, cells: list[str], read_options: ReadOptions
) -> list[str]:
    """The cells, ="001" as 001."""
    if not any(cell.startswith('="') for cell in cells):
        return cells
    plain_cells_row = [
        FORMULA.sub(r"\1", cell) if FORMULA.fullmatch(cell) else cell for cell in cells
    ]
    if plain_cells_row != cells:
        read_options.passed(
            path,
            line,
            'row holds cells written as ="…", which were read as what the quotes hold',
            'rows hold cells written as ="…", which were read as what the quotes hold',
        )
    return plain_cells_row


def _ragged(cells: list[str], width: int, dialect: TableLayout) -> str:
    count = len(cells)
    if count == 1 and dialect.separator == TAB:
        return f"no tab in {shown(cells[0])}: write {width} cells with tabs between them"
    compared_with = "the header" if dialect.header else "the other rows"
    if dialect.quoted:
        remedy = "quote cells that hold the separator or a line break"
    else:
        remedy = "a row is one line here, with tabs between its cells"
    return f"the row has {count} cells, {compared_with} {width}: {remedy}"


def _plain_rows(
    path: Path, dialect: TableLayout, read_options: ReadOptions
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every line; quotes are letters, and a line is a row."""
    for number, line in text_lines(path, read_options):
        if number > dialect.skipped and line.strip("\r\n"):
            for row in _rows_of_line(line, dialect):
                yield number, plain_cells(row, dialect.separator)


def _rows_of_line(line: str, dialect: TableLayout) -> list[str]:
    """The rows of a line: several where carriage returns in it end whole rows."""
    width = len(dialect.names)
    rows = line.rstrip("\r\n").split("\r")
    if width > 1 and all(row.count(dialect.separator) == width - 1 for row in rows):
        return rows
    return [line]


def _are_rows(parts: list[str], dialect: TableLayout) -> bool:
    """Whether the parts of a line are whole rows; a return in quotes stays in its cell."""
    try:
        rows = list(csv.reader(parts, delimiter=dialect.separator, strict=True))
    except csv.Error:
        return False
    return all(len(row) == len(dialect.names) for row in rows)


class _Lines:
    """The lines of a file for csv's reader, which can be read again from the second on."""

    def __init__(self, path: Path, dialect: TableLayout, read_options: ReadOptions) -> None:
        self._source = text_lines(path, read_options)
        self._again: deque[tuple[int, str]] = deque()
        self._dialect = dialect
        self.row: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        while True:
            number, line = self._again.popleft() if self._again else next(self._source)
            if "\r" in line.rstrip("\r\n") and _are_rows(
                parts := RETURN.split(line), self._dialect
            ):
                line, *later = parts
                self._again.extendleft((number, each) for each in reversed(later))
            if number > self._dialect.skipped:
                self.row.append((number, line))
                return line

    def step_back(self) -> None:
        """Read the lines of the present row anew, but for its first."""
        self._again.extendleft(reversed(self.row[1:]))


def _quoted_rows(
    path: Path, dialect: TableLayout, read_options: ReadOptions
) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every row that is not blank.

    A row that cannot be read costs its first line alone: the next line begins a new row.
    """
    lines = _Lines(path, dialect, read_options)
    while True:
        lines.row = []
        try:
            reader = csv.reader(
                lines,
                delimiter=dialect.separator,
                strict=True,
                skipinitialspace=dialect.padded,
            )
            cells = next(reader, None)
        except csv.Error as error:
            first_line = lines.row[0][0]
            advice = (text for message_start, text in ADVICE.items() if message_start in str(error))
            remedy = next(advice, "check quotes and line breaks")
            read_options.bad(in_row(path, first_line, f"no valid row ({error}): {remedy}"))
            lines.step_back()
            continue
        if cells is None:
            return
        if cells:
            _warn_of_folding(path, dialect, lines.row, read_options)
            yield lines.row[0][0], cells


def _warn_of_folding(
    path: Path, dialect: TableLayout, row: list[tuple[int, str]], read_options: ReadOptions
) -> None:
    """Say where a quoted cell holds lines that look like rows of their own."""
    inner_lines = [line for _, line in row[1:-1]]
    columns = len(dialect.names)
    if (
        inner_lines
        and columns > 1
        and all(line.count(dialect.separator) == columns - 1 for line in inner_lines)
    ):
        read_options.passed(
            path,
            row[0][0],
            "quoted cell holds lines that look like rows of their own: close its quote if they are",
            "quoted cells hold lines that look like rows of their own: close their quotes if they "
            "are",
        )
