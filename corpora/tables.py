"""Reads CSV and TSV files with a header line: one document a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from corpora.complaints import in_file, in_row, listed
from corpora.corpus import Corpus
from corpora.intake import Intake
from corpora.json_rows import as_id
from corpora.text_lines import text_lines
from search.types import Document

ID_COLUMNS = ("_id", "id", "doc_id", "docid")
TEXT_COLUMNS = ("text", "body", "content", "passage")
KINDS = {",": "A CSV file", "\t": "A TSV file"}
ADVICE = {
    "field larger": "split the document into passages, or close the quote that was left open",
    "unexpected end": "close the quote that was left open",
    "new-line": "save the file with ordinary line ends",
    "expected after": 'put the cell in quotes and write a quote within it as ""',
}


def read_table(path: Path, name: str, delimiter: str) -> Corpus:
    """The corpus in a table with a column for ids and one for texts.

    A column `title` is optional; every other named column becomes a field.
    Quoting follows Python's csv module ("excel"), in both CSV and TSV.
    """
    rows = _table_rows(path, delimiter)
    header_line, cells = next(rows, (1, []))
    header = [cell.strip() for cell in cells]
    names = _checked_header(path, header_line, header)
    id_at = _column(path, header_line, names, ID_COLUMNS)
    text_at = _column(path, header_line, names, TEXT_COLUMNS)
    title_at = names.index("title") if "title" in names else None
    intake = Intake(path)
    for line, cells in rows:
        if len(cells) != len(header):
            raise in_row(
                path,
                line,
                f"the row has {len(cells)} cells, the header {len(header)}: "
                "quote cells that hold the separator or a line break",
            )
        others = (at for at in range(len(cells)) if at not in (id_at, text_at, title_at))
        document = Document(
            doc_id=as_id(path, line, header[id_at], cells[id_at]),
            text=cells[text_at],
            title="" if title_at is None else cells[title_at],
            fields={header[at]: cells[at] for at in others if header[at]},
        )
        intake.add(document, line)
    return intake.corpus(name, source=path, description=KINDS[delimiter])


def _table_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of every row that is not blank."""
    lines = (line for _, line in text_lines(path))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            advice = (text for start, text in ADVICE.items() if start in str(error))
            remedy = next(advice, "check quotes and line breaks")
            raise in_row(path, first, f"no valid row ({error}): {remedy}") from error
        if cells is None:
            return
        if cells:
            yield first, cells


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
