"""Objects of a JSON-lines file and the checks that their fields share."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from corpora.readers.input_errors import in_row, listed, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.names import either, plain_value, usual_name
from corpora.readers.text_lines import lines_within, text_lines
from system.json_reading import RepeatedKeyError, json_value, object_of, reason

Row = dict[str, object]


def json_rows(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    """(line number, object) of every line that is not blank; NaN and Infinity are null."""
    n_more = 0  # lines that ended at a carriage return
    for number, line in text_lines(path, read_options):
        within = "\r" in line.rstrip("\r\n") and not _is_json(line)
        parts = lines_within(line) if within else [line]
        for place, part in enumerate(parts, number + n_more):
            if part.strip():
                with read_options.row():
                    yield place, _parsed(path, place, part, read_options)
        n_more += len(parts) - 1


def _is_json(line: str) -> bool:
    """Whether the whole line can be read: a carriage return may stand between its values."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def without_constants(path: Path, line: int, read_options: ReadOptions) -> json.JSONDecoder:
    """A decoder that takes NaN and Infinity, which are no JSON, for null, and counts them."""

    def as_null(_: str) -> None:
        read_options.passed(
            path,
            line,
            "NaN or Infinity was read as no value",
            "NaN or Infinity were read as no value",
        )

    return json.JSONDecoder(parse_constant=as_null, object_pairs_hook=object_of)


def _parsed(path: Path, number: int, line: str, read_options: ReadOptions) -> Row:
    try:
        try:
            row = json_value(line, _refuse)
        except _ConstantError:
            row = without_constants(path, number, read_options).decode(line)
    except json.JSONDecodeError as error:
        raise in_row(
            path,
            number,
            f"no valid JSON at column {error.colno} ({error.msg}) in {shown(line.strip())}: "
            "write one JSON object a line",
        ) from error
    except RepeatedKeyError as error:
        raise in_row(path, number, f"{error}: keep one") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 1,000 brackets
        error_text = f"JSON that cannot be read ({reason(error)}): simplify it"
        raise in_row(path, number, error_text) from error
    return as_row(path, number, row)


class _ConstantError(Exception):
    """NaN or Infinity was met."""


def _refuse(_: str) -> None:
    raise _ConstantError


def as_row(path: Path, number: int, value: object) -> Row:
    """The value where it is an object."""
    if not isinstance(value, dict):
        raise in_row(
            path,
            number,
            f"the row {shown(value)} is {_kind(value)}, not an object: "
            "write one JSON object a line",
        )
    return value


def _kind(value: object) -> str:
    """What JSON calls a value that is no object."""
    if isinstance(value, (bool, int, float)):
        return "true or false" if isinstance(value, bool) else "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "null"


def first_key(path: Path, line: int, row: Mapping[str, object], names: Sequence[str]) -> str:
    """The first of `names` that the row has, as it writes it; an error says which were found."""
    name = usual_name(row, names)
    if name is not None:
        return name
    raise in_row(path, line, f"no {either(names, 3)}; found {listed(list(row))}: add or rename one")


def as_id(path: Path, line: int, key: str, value: object) -> str:
    """A non-empty string or a whole number, as a string; 7.0 is 7, {"$oid": "a"} is a."""
    value = plain_value(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
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
    return title_text(path, line, "title", row.get("title"))


def title_text(path: Path, line: int, key: str, value: object) -> str:
    """A title, be it a number; null is the empty string."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return as_field(value)
    return "" if value is None else as_text(path, line, key, value)


def as_field(value: object) -> str:
    """A string as it is, anything else as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text.encode("utf-8", "replace").decode("utf-8")
