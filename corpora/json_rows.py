"""Objects of a JSON-lines file and the checks that their fields share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpora.complaints import in_row, listed, shown
from corpora.reading import Reading
from corpora.text_lines import text_lines

Row = dict[str, object]


def json_rows(path: Path, reading: Reading) -> Iterator[tuple[int, Row]]:
    """(line number, object) of every line that is not blank."""
    for number, line in text_lines(path, reading):
        if line.strip():
            with reading.row():
                yield number, _parsed(path, number, line)


def _parsed(path: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise in_row(
            path,
            number,
            f"no valid JSON at column {error.colno} ({error.msg}) in {shown(line.strip())}: "
            "write one JSON object a line",
        ) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 1,000 brackets
        raise in_row(path, number, f"JSON that cannot be read ({error}): simplify it") from error
    if not isinstance(row, dict):
        raise in_row(
            path,
            number,
            f"the row {shown(row)} is a {type(row).__name__}, not an object: "
            "write one JSON object a line",
        )
    return row


def first_key(path: Path, line: int, row: Mapping[str, object], names: tuple[str, ...]) -> str:
    """The first of `names` that the row has; an error says which keys were found."""
    for name in names:
        if name in row:
            return name
    wanted = " or ".join(repr(name) for name in names)
    raise in_row(path, line, f"no {wanted}; found {listed(list(row))}: add or rename one")


def as_id(path: Path, line: int, key: str, value: object) -> str:
    """A non-empty string or an integer, as a string."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = as_text(path, line, key, value)
    if not text.strip():
        raise in_row(path, line, f"{key!r} is empty: give the row an id")
    return text


def as_text(path: Path, line: int, key: str, value: object) -> str:
    """A string that can be written as UTF-8."""
    if not isinstance(value, str):
        raise in_row(
            path,
            line,
            f"{key!r} is {shown(value)} ({type(value).__name__}), not a string: quote it",
        )
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise in_row(
            path,
            line,
            f"{key!r} holds half a surrogate pair ({shown(value[error.start])}): "
            "write the whole character",
        ) from error
    return value


def as_title(path: Path, line: int, row: Mapping[str, object]) -> str:
    """The row's title; a missing one and null are the empty string."""
    value = row.get("title")
    return "" if value is None else as_text(path, line, "title", value)


def as_field(value: object) -> str:
    """A string as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode("utf-8")
