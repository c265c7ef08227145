"""How a table is laid out: its separator, its header line and its quotes, found by looking."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpora.columns import Columns, suggested
from corpora.names import USUAL, normal_name
from search.types import CrossExamError

TAB = "\t"
SEPARATORS = {",": "commas", ";": "semicolons", TAB: "tabs", "|": "pipes"}
SEPARATOR_NAMES = {"comma": ",", "semicolon": ";", "tab": TAB, "pipe": "|"}
SAMPLE_ROWS = 200
CONSISTENT = 0.9  # of the rows, that have as many cells as most
ENOUGH_ROWS = 3
HEADER_WORDS, HEADER_LETTERS = 4, 40
SHORT = 3  # letters of a cell whose likeness to its column says something
DECLARED = re.compile(r"^\ufeff?sep=(.)\s*$")
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
    """

    separator: str
    header: bool
    quoted: bool
    skipped: int
    names: tuple[str, ...]
    sure: bool
    columns: Columns | None

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
    rest = lines[skipped:]
    separator = separator or _separator(rest, own, chosen)
    quoted = layout.quoted
    if quoted is None:
        quoted = separator != TAB or _needs_quotes(rest)
    rows = sample(rest, separator, quoted)
    first, others = (rows[0], rows[1:]) if rows else ([], [])
    known = _known(first, chosen)
    header = layout.header
    sure = header is True or known > 0 or layout.by_names or not rows
    if header is None:
        looks = bool(others) and not layout.by_names and _is_header(first, others)
        header = known > 0 or looks or not rows
    if header:
        return TableLayout(separator, True, quoted, skipped, _named(first), sure, None)
    sure = layout.by_names
    width = max(Counter(len(row) for row in rows).most_common(1)[0][0], 1)
    names = tuple(f"column {number}" for number in range(1, width + 1))
    met = [dict(zip(names, row, strict=False)) for row in rows]
    return TableLayout(separator, False, quoted, skipped, names, sure, suggested(names, met))


def sample(lines: Sequence[str], separator: str, quoted: bool) -> list[list[str]]:
    """The cells of the first rows that are not empty; a broken row ends the list."""
    rows: list[list[str]] = []
    try:
        if quoted:
            read = csv.reader((line + "\n" for line in lines), delimiter=separator)
        else:
            read = (plain_cells(line, separator) for line in lines)  # type: ignore[assignment]
        for cells in read:
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
    inner = cell[1:-1]
    if len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inner.replace('""', ""):
        return inner.replace('""', '"')
    return cell


def _separator(lines: Sequence[str], own: str, chosen: Collection[str]) -> str:
    """The separator that gives the most rows alike, a known header line before all else."""
    best: tuple[tuple[bool, int, bool, int, bool], str] | None = None
    for separator in SEPARATORS:
        rows = sample(lines, separator, separator != TAB)
        if not rows:
            continue
        width, count = Counter(len(row) for row in rows).most_common(1)[0]
        if width < 2 and len(rows[0]) < 2:
            continue
        known = _known(rows[0], chosen)
        alike = width > 1 and count / len(rows) >= CONSISTENT
        many = width if len(rows) >= ENOUGH_ROWS else 0
        key = (known > 0, known, alike, many, separator == own)
        if best is None or key > best[0]:
            best = (key, separator)
    return best[1] if best else own


def _needs_quotes(lines: Sequence[str]) -> bool:
    """Whether lines between tabs are rows only where quotes may enclose line breaks."""
    plain = [line.count(TAB) for line in lines if line.strip()]
    if len(set(plain)) < 2:
        return False
    rows = sample(lines, TAB, True)
    quoted = Counter(len(row) for row in rows)
    width, _ = Counter(plain).most_common(1)[0]
    return len(quoted) == 1 and next(iter(quoted)) == max(width, plain[0]) + 1 and len(rows) > 1


def _known(cells: Sequence[str], chosen: Collection[str]) -> int:
    names = {normal_name(cell) for cell in cells}
    return len(names & (USUAL | {normal_name(name) for name in chosen if name}))


def _is_header(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a first row without a usual name looks like names over the rows below it."""
    given = [cell for cell in first if cell]
    if any(NUMBER.match(cell) or "://" in cell for cell in given):
        return False
    if any(len(c) > HEADER_LETTERS or len(c.split()) > HEADER_WORDS for c in given):
        return False
    votes = 0
    for cell, column in zip(first, zip(*others, strict=False), strict=False):
        filled = [each for each in column if each]
        if not cell or not filled:
            continue
        if all(NUMBER.match(each) for each in filled):
            votes += 1  # a word over numbers
        elif _alike(cell, filled):
            return False
        elif _numbered(filled):
            votes += 1  # a word over ids of one shape
        elif sum(map(len, filled)) / len(filled) > 2 * len(cell):
            votes += 1  # a word over texts
    return votes > 0


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", text))


def _numbered(column: Sequence[str]) -> bool:
    """Whether cells are ids of one shape with a number in it."""
    shapes = Counter(_shape(each) for each in column)
    shape, count = shapes.most_common(1)[0]
    return "9" in shape and count >= CONSISTENT * len(column) and len(column) > 1


def _alike(cell: str, column: Sequence[str]) -> bool:
    """Whether a cell has the shape of the ids below it: A-1 over A-2, or a over b."""
    same = sum(_shape(each) == _shape(cell) for each in column) >= CONSISTENT * len(column)
    short = all(len(each) == len(cell) <= SHORT for each in column)
    return same and (short or any(c.isdigit() for c in cell))


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of a header's cells; one without a name goes by its number."""
    return tuple(cell or f"column {number}" for number, cell in enumerate(cells, 1))
