"""Reads TREC topics: <top> with and without closing tags, and topics as XML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.readers.input_errors import in_row
from corpora.readers.read_options import ReadOptions
from corpora.readers.text_lines import text_lines

TOP = re.compile(r"<top(?:ic)?(\s[^>]*)?>", re.IGNORECASE)
END = re.compile(r"</top(?:ic)?\s*>", re.IGNORECASE)
NUMBER = re.compile(r"""\b(?:number|num|id|topic_id)\s*=\s*["']?([^"'>\s]+)""", re.IGNORECASE)
PART = re.compile(r"<(\w+)[^>]*>(.*?)(?=<\w|</\w|\Z)", re.DOTALL)
LABEL = re.compile(
    r"^\s*(number|topic|title|description|narrative|query|question|domain|concepts?)\s*:",
    re.IGNORECASE,
)
ASKED = ("title", "query", "question", "desc", "description")


def is_topics(start: str) -> bool:
    """Whether a file that begins so holds TREC topics."""
    return bool(TOP.search(start)) and "<" in start.lstrip()[:1]


def topic_rows(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, dict[str, str]]]:
    """(line of its <top>, {"id", "text", "description"}) of every topic.

    The text is the title, else the query, the question or the description.
    """
    content_parts: list[str] = []
    first_line, attributes = 0, ""
    for line, text in text_lines(path, read_options):
        rest_of_text = text
        while rest_of_text:
            start, end = TOP.search(rest_of_text), END.search(rest_of_text)
            if start is not None and (end is None or start.start() < end.start()):
                if first_line:  # a topic that nothing closes ends where the next begins
                    with read_options.row():
                        yield first_line, _row(path, first_line, attributes, "".join(content_parts))
                first_line, attributes, content_parts = line, start.group(1) or "", []
                rest_of_text = rest_of_text[start.end() :]
            elif end is not None:
                if first_line:
                    content_parts.append(rest_of_text[: end.start()])
                    with read_options.row():
                        yield first_line, _row(path, first_line, attributes, "".join(content_parts))
                first_line = 0
                rest_of_text = rest_of_text[end.end() :]
            else:
                if first_line:
                    content_parts.append(rest_of_text)
                break
    if first_line and "".join(content_parts).strip():
        with read_options.row():
            yield first_line, _row(path, first_line, attributes, "".join(content_parts))


def _row(path: Path, line: int, attributes: str, content: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, markup in PART.findall(content):
        field_text = LABEL.sub("", html.unescape(markup))
        fields.setdefault(name.casefold(), " ".join(field_text.split()))
    number = NUMBER.search(attributes)
    identity = fields.get("num") or fields.get("number") or (number.group(1) if number else "")
    if not identity:
        raise in_row(path, line, "a topic without <num>: give the query its number")
    query_text = next((fields[name] for name in ASKED if fields.get(name)), "")
    described = fields.get("desc") or fields.get("description") or ""
    return {
        "id": identity,
        "text": query_text,
        "description": "" if described == query_text else described,
    }
