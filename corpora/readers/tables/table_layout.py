"""How a table is laid out: its separator, its header line and its quotes, found by looking."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpora.readers.tables.columns import Columns, suggested
from corpora.readers.tables.names import USUAL, normal_name
from engine.types import CrossExamError

TAB = "\t"
SEPARATORS = {",": "commas", ";": "semicolons", TAB: "tabs", "|": "pipes"}
SEPARATOR_NAMES = {"comma": ",", "semicolon": ";", "tab": TAB, "pipe": "|"}
SAMPLE_ROWS = 200
CONSISTENT = 0.9  # of the rows, that have as many cells as most
ENOUGH_ROWS = 3
HEADER_WORDS, HEADER_LETTERS = 4, 40
SHORT = 3  # letters of a cell whose likeness to its column says something
DECLARED = re.compile(r"^\ufeff?sep=(.)\s*$")
RULE = re.compile(r"^[\s|+:=-]*-{3}[\s|+:=-]*$")  # the line of dashes in a printed table
FOOTER = re.compile(r"^\(?[\d,.]+ rows?\b")
COMMENT = "#"
MOST_BEFORE = 10  # lines over a header
NUMBER = re.compile(r"^-?\d+([.,]\d+)?$")


@dataclass(frozen=True, slots=True)
class Layout:
    """What was said of a table; what is None is found by looking.

    With `by_names` a first line is a header only where it holds a usual name.
    """

    separator: str | None = None
    header: bool | None = None
    quoted: bool | None = None
    by_names: bool = False

    def __post_init__(self) -> None:
        if self.separator is not None and self.separator not in SEPARATORS:
            raise CrossExamError(f"separator {self.separator!r}: give {', '.join(SEPARATOR_NAMES)}")


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table is read: `skipped` lines stand before it, `names` are its columns.

    `sure` says that the decision about the header needs no word: its names are usual ones,
    or somebody said that it is one. `columns` are suggested for a table without a header.
    Of the skipped lines `before` hold something. With `padded` blanks around cells only line them
    up: those of a printed table, or blanks between a separator and a quote.
    """

    separator: str
    header: bool
    quoted: bool
    skipped: int
    names: tuple[str, ...]
    sure: bool
    columns: Columns | None
    before: tuple[int, ...] = ()
    padded: bool = False

    @property
    def unnamed(self) -> tuple[str, ...]:
        """The columns that a header gives no name."""
        numbered = {f"column {number}" for number in range(1, len(self.names) + 1)}
        return tuple(name for name in self.names if self.header and name in numbered)


def table_layout(
    lines: Sequence[str], own: str, layout: Layout, chosen: Collection[str] = ()
) -> TableLayout:
    """The layout of a table that begins with these lines; `own` is its suffix' separator.

    `chosen` are names of columns that somebody gave: a first line with one is a header.
    """
    skipped = next((number for number, line in enumerate(lines) if line.strip()), 0)
    declared = DECLARED.match(lines[skipped]) if lines else None
    separator = layout.separator
    if declared and declared.group(1) in SEPARATORS:
        skipped += 1
        separator = separator or declared.group(1)
    above = _above(lines[skipped:], separator, chosen) if layout.header is not False else 0
    lines_above = tuple(n + 1 for n in range(skipped, skipped + above) if lines[n].strip())
    skipped += above
    table_lines = lines[skipped:]
    separator = separator or _separator(table_lines, own, chosen)
    quoted = layout.quoted
    if quoted is None:
        quoted = separator != TAB or _needs_quotes(table_lines)
    printed = any(RULE.match(line) for line in table_lines[1:2])
    padded = printed or (quoted and _spaced(table_lines, separator))
    if printed:
        quoted = False
        table_lines = [
            line for line in table_lines if not RULE.match(line) and not FOOTER.match(line)
        ]
    rows = sample(table_lines, separator, quoted, padded)
    first_row, later_rows = (rows[0], rows[1:]) if rows else ([], [])
    n_named = _known(first_row, chosen)
    header = layout.header
    sure = header is True or n_named > 0 or layout.by_names or not rows
    if header is None:
        looks = bool(later_rows) and _is_header(first_row, later_rows)
        if layout.by_names:
            looks = (
                looks
                and len(first_row) > 1
                and _is_over_ids(first_row[0], [row[0] for row in later_rows])
            )
        sure = sure and (n_named > 0 or not looks)
        header = n_named > 0 or looks or not rows
    if header:
        names = _named(first_row)
        return TableLayout(separator, True, quoted, skipped, names, sure, None, lines_above, padded)
    sure = layout.by_names
    width = max(Counter(len(row) for row in rows).most_common(1)[0][0], 1)
    names = tuple(f"column {number}" for number in range(1, width + 1))
    met = [dict(zip(names, row, strict=False)) for row in rows]
    columns = suggested(names, met)
    return TableLayout(separator, False, quoted, skipped, names, sure, columns, lines_above, padded)


def has_known_header(lines: Sequence[str]) -> bool:
    """Whether the first line names two usual columns or more, and all lines have its cells."""
    for separator in SEPARATORS:
        rows = sample(lines, separator, separator != TAB)
        if rows and _known(rows[0], ()) >= 2 and len({len(row) for row in rows}) == 1:
            return len(rows) > 1
    return False


def other_separator(lines: Sequence[str]) -> str:
    """The sign that parts a first line into usual names and is no separator; "" for none."""
    first = next((line for line in lines if line.strip()), "")
    signs = dict.fromkeys(c for c in first if not c.isalnum() and c not in " _-.#\"'")
    for sign in signs:
        if sign not in SEPARATORS and _known(first.split(sign), ()) >= 2:
            return sign
    return ""


def sample(
    lines: Sequence[str], separator: str, quoted: bool, padded: bool = False
) -> list[list[str]]:
    """The cells of the first rows that are not empty; a broken row ends the list."""
    rows: list[list[str]] = []
    try:
        if quoted:
            ended = (line + "\n" for line in lines)
            cell_rows = csv.reader(ended, delimiter=separator, skipinitialspace=padded)
        else:
            cell_rows = (plain_cells(line, separator) for line in lines)  # type: ignore[assignment]
        for cells in cell_rows:
            if any(cell.strip() for cell in cells):
                rows.append([cell.strip() for cell in cells])
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


def plain_cells(line: str, separator: str) -> list[str]:
    """The cells of a line in which quotes are letters, unless they enclose a whole cell."""
    return [unquoted(cell) for cell in line.rstrip("\r\n").split(separator)]


def unquoted(cell: str) -> str:
    """The text in the quotes that enclose a whole cell as CSV does; any other cell as it is."""
    inner_text = cell[1:-1]
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner_text.replace('""', ""):
        return inner_text.replace('""', '"')
    return cell


def _above(lines: Sequence[str], separator: str | None, chosen: Collection[str]) -> int:
    """How many lines stand over the table: a title, comments, a frame, and blank ones.

    They hold one cell at most, and end at a first line with two usual names or more, or are
    comments over rows of several cells.
    """
    marks = [mark for mark in SEPARATORS if lines and len(_cells(lines[0], mark)) > 1]
    if any(_known(_cells(lines[0], mark), chosen) for mark in marks):
        return 0
    for number, line in enumerate(lines[: MOST_BEFORE + 1]):
        for mark in SEPARATORS if separator is None else (separator,):
            if _known(_cells(line, mark), chosen) >= 2:
                over = lines[:number]
                single = all(sum(map(bool, _cells(each, mark))) <= 1 for each in over)
                if single or all(_is_comment(each) for each in over if each.strip()):
                    return number
    comments = next((n for n, line in enumerate(lines) if not _is_comment(line)), 0)
    below = lines[comments : comments + 1]
    marks = [mark for mark in SEPARATORS if below and len(_cells(below[0], mark)) > 1]
    alone = all(len(_cells(each, mark)) == 1 for each in lines[:comments] for mark in marks)
    return comments if marks and alone else 0


def _is_comment(line: str) -> bool:
    return line.startswith(COMMENT)


def _cells(line: str, separator: str) -> list[str]:
    rows = sample([line], separator, separator != TAB)
    return rows[0] if rows else []


def _spaced(lines: Sequence[str], separator: str) -> bool:
    """Whether blanks stand between the separator and the quote that begins a cell."""
    try:
        sample_lines = [line + "\n" for line in lines[:SAMPLE_ROWS]]
        for _ in csv.reader(sample_lines, delimiter=separator, strict=True, skipinitialspace=True):
            pass
        rows = csv.reader(sample_lines, delimiter=separator)
        return any(cell[:1] == " " and cell.lstrip(" ")[:1] == '"' for row in rows for cell in row)
    except csv.Error:
        return False


def _is_over_ids(name: str, column: Sequence[str]) -> bool:
    """Whether a name stands over numbers or ids of one shape."""
    filled = [each for each in column if each]
    numbers = bool(filled) and all(NUMBER.match(each) for each in filled)
    return bool(name) and (numbers or (bool(filled) and _numbered(filled)))


def _separator(lines: Sequence[str], own: str, chosen: Collection[str]) -> str:
    """The separator that gives the most rows alike; a line of usual column names decides first."""
    best: tuple[tuple[bool, int, bool, int, bool], str] | None = None
    for separator in SEPARATORS:
        rows = sample(lines, separator, separator != TAB)
        if not rows:
            continue
        width, count = Counter(len(row) for row in rows).most_common(1)[0]
        if width < 2 and len(rows[0]) < 2:
            continue
        n_named = _known(rows[0], chosen)
        alike = width > 1 and count / len(rows) >= CONSISTENT
        many = width if len(rows) >= ENOUGH_ROWS else 0
        key = (n_named > 0, n_named, alike, many, separator == own)
        if best is None or key > best[0]:
            best = (key, separator)
    return best[1] if best else own


def _needs_quotes(lines: Sequence[str]) -> bool:
    """Whether lines between tabs are rows only where quotes may enclose line breaks."""
    lines = [part for line in lines for part in line.split("\r")]
    tab_counts = [line.count(TAB) for line in lines if line.strip()]
    if len(set(tab_counts)) < 2:
        return False
    rows = sample(lines, TAB, True)
    quoted = Counter(len(row) for row in rows)
    width, _ = Counter(tab_counts).most_common(1)[0]
    return (
        len(quoted) == 1 and next(iter(quoted)) == max(width, tab_counts[0]) + 1 and len(rows) > 1
    )


def _known(cells: Sequence[str], chosen: Collection[str]) -> int:
    names = {normal_name(cell) for cell in cells}
    return len(names & (USUAL | {normal_name(name) for name in chosen if name}))


def _is_header(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a first row without a usual name looks like names over the rows below it."""
    filled_cells = [cell for cell in first if cell]
    if any(NUMBER.match(cell) or "://" in cell for cell in filled_cells):
        return False
    if any(len(c) > HEADER_LETTERS or len(c.split()) > HEADER_WORDS for c in filled_cells):
        return False
    votes = 0
    for cell, column in zip(first, zip(*others, strict=False), strict=False):
        filled_of_column = [each for each in column if each]
        if not cell or not filled_of_column:
            continue
        if all(NUMBER.match(each) for each in filled_of_column):
            votes += 1  # a word over numbers
        elif is_like(cell, filled_of_column):
            return False
        elif _numbered(filled_of_column):
            votes += 1  # a word over ids of one shape
        elif sum(map(len, filled_of_column)) / len(filled_of_column) > 2 * len(cell):
            votes += 1  # a word over texts
    return votes > 0


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def _numbered(column: Sequence[str]) -> bool:
    """Whether cells are ids of one shape with a number in it."""
    shapes = Counter(_shape(each) for each in column)
    shape, count = shapes.most_common(1)[0]
    return "9" in shape and count >= CONSISTENT * len(column) and len(column) > 1


def is_like(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell has the shape of the ids below it: A-1 over A-2, or a over b."""
    same = sum(_shape(each) == _shape(cell) for each in column) >= CONSISTENT * len(column)
    all_short = all(len(each) == len(cell) <= SHORT for each in column)
    return same and (all_short or any(c.isdigit() for c in cell))


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of a header's cells; one without a name goes by its number."""
    return tuple(cell or f"column {number}" for number, cell in enumerate(cells, 1))
