"""The rows of a file of judgments, as it writes them: query, document and grade."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.judgments.grades import heads_grades
from corpora.readers.input_errors import in_row, listed, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import as_id
from corpora.readers.tables.json_whole import json_values
from corpora.readers.tables.names import (
    GRADE_NAMES,
    JUDGED_DOCUMENT_NAMES,
    JUDGED_QUERY_NAMES,
    either,
    usual_name,
)
from corpora.readers.tables.row_formats import PARQUET_SUFFIXES, row_source
from corpora.readers.tables.table_layout import (
    DECLARED,
    NUMBER,
    SEPARATORS,
    TAB,
    Layout,
    is_like,
    sample,
)
from corpora.readers.text_head import base_suffix, text_head
from corpora.readers.text_lines import text_lines

COLUMNS, TREC_COLUMNS, RUN_COLUMNS = 3, 4, 6
SAMPLE = 50
MOST_LINES = 100  # that one quoted cell may go over
ALIKE = 0.5  # of the lines, that have three cells between the same separators
FEATURES = re.compile(r"^\S+\s+qid:")
COMMENT = re.compile(r"\s#.*$")
Places = tuple[int, int, int]  # of the query, the document and the grade among the cells


@dataclass(frozen=True, slots=True)
class JudgmentRow:
    """One row: the query's id or text, the document's id, and the grade as it is written."""

    line: int
    query: str
    document: str
    grade: str


def judgment_rows(
    path: Path, read_options: ReadOptions, words: Collection[str] = ()
) -> Iterator[JudgmentRow]:
    """Every row of a file of judgments that is not a comment, a header or blank.

    JSON, Parquet and tables with a header are read by the names of their columns. Without
    names three cells are query, document and grade; of four the second is TREC's iteration.
    `words` are those that somebody gave a grade.
    """
    if base_suffix(path) in PARQUET_SUFFIXES:
        return _named_rows(path, row_source(path, Layout(), read_options).rows, read_options)
    start = text_head(path, read_options.encoding).text.lstrip()
    if start.startswith(("{", "[")):
        return _json_rows(path, read_options)
    return _lines(path, read_options, words)


def _lines(path: Path, read_options: ReadOptions, words: Collection[str]) -> Iterator[JudgmentRow]:
    head_lines = text_head(path, read_options.encoding).lines_of_any_end
    first = [line for line in head_lines if _says_something(line)]
    separator = _separator(first[:SAMPLE])
    if first and FEATURES.match(first[0]):
        error_message = "features for learning to rank (qid:), not judgments"
        raise in_row(path, 1, f"{error_message}: write query, 0, document and relevance")
    if first:
        first = [text for _, text in _whole_rows(enumerate(first, 1), separator)]
        header, places = _header(path, first, separator, read_options, words)
    waits, width = bool(first) and header, len(_cells(first[0], separator)) if first else 0
    lines = text_lines(path, read_options, any_end=True)
    for line, text in _whole_rows(lines, separator):
        if not _says_something(text):
            if separator is not None and len(_cells(text, separator)) == width > 1:
                read_options.passed(
                    path,
                    line,
                    "line that begins with # was passed over as a comment",
                    "lines that begin with # were passed over as comments",
                )
            continue
        if separator is not None and not text.replace(separator, "").strip():
            read_options.passed(
                path, line, "empty row was passed over", "empty rows were passed over"
            )
            continue
        if waits:
            waits = False
            continue
        with read_options.row():
            cells = _cells(text, separator)
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width:
                raise in_row(path, line, _ragged(cells, width, separator))
            query, document, grade = (cells[place] for place in places)
            yield JudgmentRow(line, query, document, grade)


def _whole_rows(
    lines: Iterable[tuple[int, str]], separator: str | None
) -> Iterator[tuple[int, str]]:
    """(number of its first line, text) of every row; a quoted cell may go over lines.

    One that nothing closes is left as the lines that it is.
    """
    open_lines: list[tuple[int, str]] = []
    for number, text in lines:
        open_lines.append((number, text))
        if separator not in (None, TAB) and _is_open(
            "".join(part_text for _, part_text in open_lines), separator
        ):
            if len(open_lines) < MOST_LINES:
                continue
            yield from open_lines
        else:
            yield open_lines[0][0], "".join(part for _, part in open_lines)
        open_lines = []
    yield from open_lines


def _is_open(text: str, separator: str | None) -> bool:
    """Whether a cell that begins with a quote has not been closed."""
    if text.lstrip().startswith("#"):
        return False
    inside, begins = False, True
    for character in text:
        if character == '"' and (inside or begins):
            inside, begins = not inside, inside
        else:
            begins = not inside and (character == separator or (begins and character == " "))
    return inside


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#") and not DECLARED.match(line)


def _separator(lines: Sequence[str]) -> str | None:
    """What parts the cells of these lines; None where white space of any length does."""
    best: tuple[float, str] | None = None
    for separator in (TAB, ";", ",", "|"):
        wide = [len(_cells(line, separator)) >= COLUMNS for line in lines]
        share = sum(wide) / max(len(wide), 1)
        if wide and (share >= ALIKE or wide[0]) and (best is None or share > best[0]):
            best = (share, separator)
    return best[1] if best else None


def _cells(line: str, separator: str | None) -> list[str]:
    text = line.strip("\r\n")
    if separator is None:
        return COMMENT.sub("", text).split()
    rows = sample(text.split("\n"), separator, separator != TAB)
    return rows[0] if rows else [text.strip()]


def _header(
    path: Path,
    lines: Sequence[str],
    separator: str | None,
    read_options: ReadOptions,
    words: Collection[str],
) -> tuple[bool, Places]:
    """(whether the first line names the columns, where the three are)."""
    cells = _cells(lines[0], separator)
    names_wanted = (JUDGED_QUERY_NAMES, JUDGED_DOCUMENT_NAMES, GRADE_NAMES)
    columns = [usual_name(cells, names) for names in names_wanted]
    if sum(name is not None for name in columns) > 1:
        missing_names = [
            names for names, name in zip(names_wanted, columns, strict=True) if name is None
        ]
        if missing_names:
            raise in_row(
                path, 1, f"no column {either(missing_names[0])}; found {listed(cells)}: rename one"
            )
        query, document, grade = (cells.index(name) for name in columns if name is not None)
        return True, (query, document, grade)
    other_rows = [_cells(line, separator) for line in lines[1:SAMPLE]]
    header = _is_header(cells, other_rows, words)
    if header:
        read_options.note(
            path, f"its first line was read as the names of its columns: {listed(cells)}"
        )
    if len(cells) == COLUMNS:
        return header, (0, 1, 2)
    if len(cells) == TREC_COLUMNS:
        return header, (0, 2, 3)
    if separator is None and len(cells) < COLUMNS:  # what parts its cells shows in their number
        widest_separator = max(SEPARATORS, key=lambda each: len(_cells(lines[0], each)))
        if len(_cells(lines[0], widest_separator)) > len(cells):
            separator, cells = widest_separator, _cells(lines[0], widest_separator)
    error_message = _wrong_width(len(cells), separator)
    all_lines = text_lines(path, read_options, any_end=True)
    line = next((n for n, text in all_lines if _says_something(text)), 1)
    raise in_row(path, line, error_message)


def _is_header(
    cells: Sequence[str], others: Sequence[Sequence[str]], words: Collection[str]
) -> bool:
    """Whether cells without a usual name are names: over grades, and in no row below."""
    rows = [row for row in others if len(row) >= len(cells)]
    last = len(cells) - 1
    if any(_is_number(row[last]) for row in rows):
        return not _is_number(cells[-1])
    again = any(
        cell.strip() == row[column].strip()
        or is_like(cell.strip(), [each[column] for each in rows])
        for column, cell in enumerate(cells[:-1])
        for row in rows
    )
    return not again and heads_grades(cells[-1], [row[last] for row in rows], words)


def _wrong_width(count: int, separator: str | None) -> str:
    noun = "word" if separator is None else "cell"
    cells_phrase = noun if count == 1 else f"{noun}s"
    if separator is not None:
        cells_phrase += f" between {SEPARATORS[separator]}"
    if count == RUN_COLUMNS:
        return f"{count} {cells_phrase}, as a run file has, not judgments: give judgments"
    return (
        f"{count} {cells_phrase}, not {TREC_COLUMNS}: write query, 0, document and relevance, or a "
        "table whose first line is query-id, corpus-id, score"
    )


def _ragged(cells: Sequence[str], width: int, separator: str | None) -> str:
    if separator is None:
        names = "query, 0, document and relevance" if width == TREC_COLUMNS else "the same columns"
        return f"{len(cells)} words, not {width}: write {names}"
    between = SEPARATORS[separator]
    if len(cells) == 1:
        return (
            f"{shown(cells[0])} has no {between} in it, the other rows do: write {width} cells "
            f"with {between} between them"
        )
    return (
        f"{len(cells)} cells, not {width}: write the same columns in every row, with {between} "
        "between them"
    )


def _is_number(text: str) -> bool:
    return bool(NUMBER.match(text.strip()))


def _json_rows(path: Path, read_options: ReadOptions) -> Iterator[JudgmentRow]:
    """Rows, runs' own form (query, document, grade as nested objects), or engines' ratings."""
    first = text_head(path, read_options.encoding)
    values = None
    if len(first.lines) < 2 or not first.text.lstrip().startswith("{") or not _lines_of_json(first):
        values = json_values(path, read_options)
    if values is not None and len(values) == 1 and isinstance(values[0], dict):
        nested = _nested(values[0])
        if nested is not None:
            for number, (query, document, grade) in enumerate(nested, 1):
                yield JudgmentRow(number, query, document, _as_grade(grade))
            return
    if values is not None:
        rated = [each for value in values for each in _rated(value)]
        if rated:
            for number, (query, document, grade) in enumerate(rated, 1):
                yield JudgmentRow(number, query, document, _as_grade(grade))
            return
    yield from _named_rows(path, row_source(path, Layout(), read_options).rows, read_options)


def _lines_of_json(head: object) -> bool:
    lines = [line for line in getattr(head, "lines", []) if line.strip()]
    return len(lines) > 1 and lines[0].rstrip().endswith("}")


def _nested(value: Mapping[str, object]) -> list[tuple[str, str, object]] | None:
    """The triples of {query: {document: grade}}, the form of pytrec_eval; None for another."""
    if not value or not all(isinstance(grades, Mapping) for grades in value.values()):
        return None
    triples = [
        (query, str(document), grade)
        for query, grades in value.items()
        if isinstance(grades, Mapping)
        for document, grade in grades.items()
    ]
    return None if any(isinstance(g, (dict, list)) for _, _, g in triples) else triples


def _rated(value: object) -> Iterator[tuple[str, str, object]]:
    """The triples of ratings as OpenSearch keeps them and as Elasticsearch evaluates them."""
    if isinstance(value, list):
        for item in value:
            yield from _rated(item)
    elif isinstance(value, Mapping):
        ratings = value.get("ratings")
        if isinstance(ratings, list):
            query = str(value.get("query", value.get("id", "")))
            for rating in ratings:
                if isinstance(rating, Mapping):
                    document_field = usual_name(rating, JUDGED_DOCUMENT_NAMES)
                    if document_field is not None:
                        yield query, str(rating[document_field]), rating.get("rating")
        else:
            for nested in value.values():
                if isinstance(nested, (list, Mapping)):
                    yield from _rated(nested)


def _named_rows(
    path: Path, rows: Iterable[tuple[int, Mapping[str, object]]], read_options: ReadOptions
) -> Iterator[JudgmentRow]:
    for line, row in rows:
        with read_options.row():
            keys = []
            for names in (JUDGED_QUERY_NAMES, JUDGED_DOCUMENT_NAMES, GRADE_NAMES):
                key = usual_name(row, names)
                if key is None:
                    raise in_row(
                        path,
                        line,
                        f"no {either(names, 3)}; found {listed(list(row))}: add or rename one",
                    )
                keys.append(key)
            query, document, grade = (row[key] for key in keys)
            yield JudgmentRow(
                line,
                as_id(path, line, keys[0], query),
                as_id(path, line, keys[1], document),
                _as_grade(grade),
            )


def _as_grade(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
