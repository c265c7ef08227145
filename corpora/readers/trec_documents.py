"""Reads documents as TREC's collections hold them: <DOC> elements, one after another."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from corpora.readers.input_errors import in_file, in_row
from corpora.readers.read_options import ReadOptions
from corpora.readers.tables.json_rows import Row
from corpora.readers.text_lines import text_lines

START = re.compile(r"<doc(\s[^>]*)?>", re.IGNORECASE)
END = re.compile(r"</doc\s*>", re.IGNORECASE)
ELEMENT = re.compile(r"<(\w[\w-]*)(?:\s[^>]*)?>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
IDS, TITLES = ("docno", "docid", "id"), ("title", "headline", "head", "hl", "ti")
TEXTS = ("text", "body", "leadpara", "lp", "abstract", "contents")
LONGEST = 32_000_000


def is_trec_documents(start: str) -> bool:
    """Whether a file that begins so holds <DOC> elements with a number in them."""
    return bool(START.search(start)) and bool(re.search(r"<docno\b", start, re.IGNORECASE))


def trec_document_rows(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Row]]:
    """(line of its <DOC>, values by element) of every document.

    What stands between the documents is passed over; text between the elements of a document
    belongs to its text.
    """
    parts: list[str] = []
    first = length = 0
    met = False
    for line, text in text_lines(path, read_options):
        rest_of_text = text
        while rest_of_text:
            if not first:
                start = START.search(rest_of_text)
                if start is None:
                    break
                first, length, parts, met = line, 0, [], True
                rest_of_text = rest_of_text[start.end() :]
            end, again = END.search(rest_of_text), START.search(rest_of_text)
            if again is not None and (end is None or again.start() < end.start()):
                _unclosed(path, first, read_options)
                first = 0
                continue
            if end is None:
                parts.append(rest_of_text)
                length += len(rest_of_text)
                if length > LONGEST:
                    raise in_row(path, first, "a document of over 32 MB: close it with </DOC>")
                break
            parts.append(rest_of_text[: end.start()])
            with read_options.row():
                yield first, _row(path, first, "".join(parts))
            first = 0
            rest_of_text = rest_of_text[end.end() :]
    if first:
        _unclosed(path, first, read_options)
    if not met:
        error_message = "no <DOC> in it, as TREC's documents have: write other XML as CSV or JSON"
        raise in_file(path, error_message)


def _unclosed(path: Path, line: int, read_options: ReadOptions) -> None:
    with read_options.row():
        raise in_row(path, line, "a <DOC> without </DOC>: close it")


def _row(path: Path, line: int, content: str) -> Row:
    elements: dict[str, list[str]] = {}
    for name, markup in ELEMENT.findall(content):
        elements.setdefault(name.casefold(), []).append(markup)
    identity = next((elements.pop(name) for name in IDS if name in elements), None)
    if identity is None and "field" in elements:
        raise in_row(path, line, "a document of Solr's XML: give its JSON response, or CSV")
    if identity is None:
        raise in_row(path, line, "a <DOC> without <DOCNO>: give the document its number")
    title = next((elements.pop(name) for name in TITLES if name in elements), [""])
    between = _text(ELEMENT.sub("\n", content))
    texts = [markup for name in TEXTS for markup in elements.pop(name, [])]
    if not texts:  # a document whose text has no element of its own
        texts = [markup for name in list(elements) for markup in elements.pop(name)]
    row: Row = {
        "docno": _text(identity[0]),
        "title": " ".join(_text(" ".join(title)).split()),
        "text": "\n\n".join(part for part in (between, *map(_text, texts)) if part),
    }
    fields = {name: _text(" ".join(markup)) for name, markup in elements.items()}
    return {**{name: value for name, value in fields.items() if value}, **row}


def _text(markup: str) -> str:
    """The text of an element: without tags, with characters for entities."""
    lines = html.unescape(TAG.sub(" ", markup)).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines).strip()
