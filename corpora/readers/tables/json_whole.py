"""Reads JSON that is not one object a line: arrays, objects by id, responses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from corpora.readers.input_errors import in_file, in_row, listed
from corpora.readers.read_options import ReadOptions
from corpora.readers.search_engine_dumps import bulk_rows, is_bulk_action, unwrapped
from corpora.readers.tables.json_rows import Row, as_row, without_constants
from corpora.readers.tables.names import ID_NAMES, QUERY_TEXT_NAMES, TEXT_NAMES, usual_name
from corpora.readers.text_lines import whole_text
from system.json_reading import RepeatedKeyError, reason

LARGEST = 200_000_000
LISTS = ("documents", "docs", "corpus", "passages", "queries", "topics", "judgments", "qrels")
OTHER_LISTS = ("data", "rows", "items", "results", "records", "hits")


def json_values(path: Path, read_options: ReadOptions) -> list[object]:
    """The values of a file, which may stand one after another."""
    text = whole_text(path, read_options, most=LARGEST).strip()
    decoder = without_constants(path, 1, read_options)
    values, position = [], 0
    try:
        while position < len(text):
            value, position = decoder.raw_decode(text, position)
            values.append(value)
            while position < len(text) and text[position] in " \t\r\n,":
                position += 1
    except json.JSONDecodeError as error:
        raise in_row(
            path,
            error.lineno,
            f"no valid JSON at column {error.colno} ({error.msg}): write an array of objects, or "
            "one object a line (.jsonl)",
        ) from error
    except RepeatedKeyError as error:
        raise in_file(path, f"{error}: keep one") from error
    except (ValueError, RecursionError) as error:
        raise in_file(path, f"JSON that cannot be read ({reason(error)}): simplify it") from error
    return values


def whole_rows(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    """(number from 1, object) of every row of a JSON file."""
    values = json_values(path, read_options)
    if len(values) > 1 and isinstance(values[0], dict) and is_bulk_action(values[0]):
        numbered_rows = ((n, as_row(path, n, value)) for n, value in enumerate(values, 1))
        yield from bulk_rows(path, numbered_rows, read_options)
        return
    number = 0
    for value in values:
        items = value if isinstance(value, list) else _rows_of(path, value, read_options)
        for item in items:
            number += 1
            with read_options.row():
                row = as_row(path, number, item)
                taken_out = unwrapped(row)
                for inner_row in [row] if taken_out is None else taken_out:
                    yield number, inner_row


def _rows_of(path: Path, value: object, read_options: ReadOptions) -> list[object]:
    """The rows that one value holds."""
    row = as_row(path, 1, value)
    if unwrapped(row) is not None or _is_document(row):
        return [row]
    for name in (*LISTS, *OTHER_LISTS):
        listed_rows = row.get(name)
        if isinstance(listed_rows, list) and all(isinstance(each, dict) for each in listed_rows):
            other_keys = [key for key in row if key != name]
            if other_keys:
                read_options.note(
                    path, f"its rows are those of {name!r}; not read: {listed(other_keys)}"
                )
            return listed_rows
    by_column = _by_column(row)
    if by_column is not None:
        return list(by_column)
    if row and all(isinstance(each, str) for each in row.values()):
        return [{"_id": key, "text": text} for key, text in row.items()]
    if row and all(isinstance(each, dict) for each in row.values()):
        return [
            each if usual_name(each, ID_NAMES) else {"_id": key, **each}
            for key, each in row.items()
            if isinstance(each, dict)
        ]
    what = f"object with {listed(list(row))}" if row else "empty object"
    raise in_file(
        path,
        f"an {what}, which is neither rows nor texts by id: write an array of objects, or one "
        "object a line",
    )


def _is_document(row: Mapping[str, object]) -> bool:
    """Whether an object is one row by itself: a scalar under a usual name."""
    names = (
        usual_name(row, usual_names) for usual_names in (ID_NAMES, TEXT_NAMES, QUERY_TEXT_NAMES)
    )
    return any(name is not None and not isinstance(row[name], (dict, list)) for name in names)


def _by_column(row: Mapping[str, object]) -> list[Row] | None:
    """The rows of a table that is written column by column, as data frames are."""
    columns, data = row.get("columns"), row.get("data")
    if isinstance(columns, list) and isinstance(data, list):
        names = [str(name) for name in columns]
        return [dict(zip(names, each, strict=False)) for each in data if isinstance(each, list)]
    first = next(iter(row.values()), None)
    if not isinstance(first, dict) or usual_name(row, (*TEXT_NAMES, *ID_NAMES)) is None:
        return None
    keys = list(first)
    if not all(isinstance(each, dict) and list(each) == keys for each in row.values()):
        return None
    return [
        {name: each[key] for name, each in row.items() if isinstance(each, dict)} for key in keys
    ]
