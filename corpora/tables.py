"""Reads CSV and TSV files with a header line: one document a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from corpora.columns import ID_NAMES, TEXT_NAMES, Columns
from corpora.complaints import in_file, in_row, listed
from corpora.corpus import Corpus
from corpora.intake import Intake
from corpora.json_rows import as_id
from corpora.reading import Reading
from corpora.text_lines import text_lines
from search.types import Document

KINDS = {",": "A CSV file", "\t": "A TSV file"}
ADVICE = {
    "field larger": "split the document into passages, or close the quote that was left open",
    "unexpected end": "close the quote that was left open",
    "new-line": "save the file with ordinary line ends",
    "expected after": 'put the cell in quotes and write a quote within it as ""',
}


def read_table(
    path: Path,
    name: str,
    delimiter: str,
    columns: Columns | None = None,
    reading: Reading | None = None,
) -> Corpus:
    """The corpus in a table with a column for ids and one for texts.

    A column `title` is optional; every other named column becomes a field.
    Quoting follows Python's csv module ("excel"), in both CSV and TSV.
    """
    intake = Intake(path, reading)
    rows = table_rows(path, delimiter, intake.reading)
    header_line, cells = next(rows, (1, []))
    header = [cell.strip() for cell in cells]
    names = _checked_header(path, header_line, header)
    if columns is None:
        id_at: int | None = _column(path, header_line, names, ID_NAMES)
        text_at = _column(path, header_line, names, TEXT_NAMES)
        title_at = names.index("title") if "title" in names else None
    else:
        wanted = (columns.id, columns.text, columns.title)
        id_at, text, title_at = (
            _column(path, header_line, names, (name.strip().casefold(),)) if name else None
            for name in wanted
        )
        assert text is not None
        text_at = text
    others = [at for at in range(len(header)) if at not in (id_at, text_at, title_at)]
    for line, cells in rows:
        with intake.reading.row():
            if len(cells) != len(header):
                raise in_row(
                    path,
                    line,
                    f"the row has {len(cells)} cells, the header {len(header)}: "
                    "quote cells that hold the separator or a line break",
                )
            numbered = str(line) if id_at is None else ""
            document = Document(
                doc_id=numbered or as_id(path, line, header[id_at or 0], cells[id_at or 0]),
                text=cells[text_at],
                title="" if title_at is None else cells[title_at],
                fields={header[at]: cells[at] for at in others if header[at]},
            )
            intake.add(document, line)
    return intake.corpus(name, source=path, description=KINDS[delimiter])


class _Lines:
    """The lines of a file for csv's reader; `first` is that of the row being read."""

    def __init__(self, path: Path, reading: Reading) -> None:
        self._lines = text_lines(path, reading)
        self.first: int | None = None

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            self.first = self.first or number
            yield line


def table_rows(path: Path, delimiter: str, reading: Reading) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every row that is not blank."""
    lines = _Lines(path, reading)
    reader = csv.reader(iter(lines), delimiter=delimiter, strict=True)
    while True:
        lines.first = None
        try:
            cells = next(reader, None)
        except csv.Error as error:
            advice = (text for start, text in ADVICE.items() if start in str(error))
            remedy = next(advice, "check quotes and line breaks")
            complaint = f"no valid row ({error}): {remedy}"
            reading.bad(in_row(path, lines.first or 1, complaint))
            continue
        if cells is None:
            return
        if cells:
            yield lines.first or 1, cells


def _checked_header(path: Path, line: int, header: list[str]) -> list[str]:
    """The header's names in lower case; a name met twice is an error."""
    if not header:
        raise in_file(path, "no header line: name the columns in the first line")
    names = [name.casefold() for name in header]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise in_row(path, line, f"columns met twice: {listed(twice)}: rename one of each")
    return names


def _column(path: Path, line: int, names: list[str], wanted: tuple[str, ...]) -> int:
    """The position of the first wanted column; an error says which were found."""
    for name in wanted:
        if name in names:
            return names.index(name)
    either = " or ".join(repr(name) for name in wanted)
    raise in_row(path, line, f"no column {either}; found {listed(names)}: add or rename one")
