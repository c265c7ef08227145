from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.readers.reader import read_corpus
from engine.types import CrossExamError, Document

Write = Callable[[str, "str | bytes"], Path]


def refusal(path: Path) -> str:
    with pytest.raises(CrossExamError) as caught:
        read_corpus(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("id_key", ["_id", "id", "doc_id"])
@pytest.mark.parametrize("text_key", ["text", "body", "content"])
def test_usual_names_of_id_and_text_are_known(write: Write, id_key: str, text_key: str) -> None:
    corpus = read_corpus(write("a.jsonl", json.dumps({id_key: "x", text_key: "words"})))
    assert corpus.store.get(["x"]) == [Document("x", "words")]


def test_all_other_values_become_fields_as_text(write: Write) -> None:
    row = {
        "_id": 7, "text": "t", "title": "T", "url": "u", "year": 1999, "ok": True, "x": 1.5,
        "none": None, "list": [1], "deep": {"a": 1},
    }  # fmt: skip
    (document,) = read_corpus(write("a.jsonl", json.dumps(row))).store.get(["7"])
    assert document.title == "T"
    assert document.fields == {
        "url": "u", "year": "1999", "ok": "true", "x": "1.5", "list": "[1]", "deep.a": "1",
    }  # fmt: skip


def test_order_is_that_of_the_file_and_blank_lines_are_skipped(write: Write) -> None:
    rows = "\n".join(f'{{"id": "{i}", "text": "t"}}\n' for i in "cab")
    assert read_corpus(write("a.ndjson", rows)).store.ids() == ("c", "a", "b")


@pytest.mark.parametrize(
    ("line", "error_message"),
    [
        ('{"_id": "b", "text": ', "no valid JSON at column"),
        ('["b", "text"]', "is a list, not an object"),
        ('"b"', "is a text, not an object"),
        ('{"_id": "b", "text": 5}', "'text' is 5 (int), not a string"),
        ('{"_id": "b", "text": null}', "'text' is None (NoneType), not a string"),
        ('{"_id": "b", "text": "t", "title": ["x"]}', "'title' is ['x'] (list), not a string"),
        ('{"_id": "b", "words": "t"}', "no 'text' or 'body' or 'content'; found '_id', 'words'"),
        ('{"text": "t"}', "no '_id' or 'id' or 'doc_id'; found 'text'"),
        ("{}", "found none"),
        ('{"_id": true, "text": "t"}', "'_id' is True (bool), not a string"),
        ('{"_id": " ", "text": "t"}', "'_id' is empty"),
        ('{"_id": "b", "text": "\\ud800"}', "half a surrogate pair"),
        ('{"_id": "b", "text": "t", "n": ' + "9" * 5000 + "}", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_a_bad_row_is_named_by_file_and_line(write: Write, line: str, error_message: str) -> None:
    message = refusal(write("a.jsonl", '{"_id": "a", "text": "t"}\n\n' + line + "\n"))
    assert "a.jsonl:3: " in message
    assert error_message in message
    assert len(message) < 600


def test_an_id_met_twice_names_both_lines_and_the_id(write: Write) -> None:
    path = write(
        "a.jsonl", '{"_id": "a", "text": "1"}\n{"_id": "b", "text": "2"}\n{"id": "a", "text": "3"}'
    )
    assert "a.jsonl:3: the id 'a' is already in line 1" in refusal(path)


def test_an_empty_document_warns_and_stays(write: Write) -> None:
    path = write("a.jsonl", '{"_id": "a", "text": "t"}\n{"_id": "b", "text": " ", "title": null}\n')
    corpus = read_corpus(path)
    assert corpus.store.ids() == ("a", "b")
    assert corpus.warnings == ("a.jsonl:2: document 'b' is empty",)


def test_a_title_alone_is_not_empty(write: Write) -> None:
    path = write("a.jsonl", '{"_id": "a", "text": "", "title": "T"}')
    assert read_corpus(path).warnings == ()


def test_many_empty_documents_are_counted_after_the_twentieth(write: Write) -> None:
    rows = "".join(f'{{"_id": "{i}", "text": ""}}\n' for i in range(25))
    warnings = read_corpus(write("a.jsonl", rows)).warnings
    assert len(warnings) == 21
    assert warnings[-1] == "a.jsonl: 5 more documents are empty"
