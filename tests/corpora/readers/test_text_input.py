"""What every reader refuses or accepts in the bytes of a file."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.judgments.queries import read_queries
from corpora.readers.reader import read_corpus
from engine.types import CrossExamError

Write = Callable[[str, "str | bytes"], Path]
GOOD = '{"_id": "a", "text": "one"}\n'


def refusal(path: str | Path) -> str:
    with pytest.raises(CrossExamError) as caught:
        read_corpus(path)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("bag\r\r\nusb\r\r\nhub\r\r\n", {"1": "bag", "2": "usb", "3": "hub"}),
        ("bag\nusb\rx", {"1": "bag", "2": "usb", "3": "x"}),
        ("bag\nusb\r\ufeffx\n", {"1": "bag", "2": "usb", "3": "x"}),
        ("bag\nusb\r \nhub\n", {"1": "bag", "2": "usb", "3": "hub"}),
    ],
)
def test_plain_queries_are_numbered_by_lines_however_these_end(
    content: str, ids: dict[str, str], write: Write
) -> None:
    queries = read_queries(write("q.txt", content))
    assert {query.query_id: query.text for query in queries} == ids


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"_id": "1",\r"text": "one"}\n{"_id": "2", "text": "two"}\n'),
        ("a.csv", "id,text\r1,one\n2,two\n"),
        ("a.csv", "id,text\r1,one\r2,two\n"),
        ("a.tsv", "id\ttext\r1\tone\n2\ttwo\n"),
    ],
)
def test_a_return_may_part_values_of_json_and_end_a_header(
    name: str, content: str, write: Write
) -> None:
    corpus = read_corpus(write(name, content))
    texts = {document.doc_id: document.text for document in corpus.store.get(corpus.store.ids())}
    assert texts == {"1": "one", "2": "two"}


def test_a_missing_path_is_named_with_the_formats_to_give(tmp_path: Path) -> None:
    message = refusal(tmp_path / "no.jsonl")
    assert "no.jsonl: no such file or folder" in message
    assert ".csv" in message


def test_an_unknown_suffix_is_named(write: Write) -> None:
    assert "the suffix '.pdf'" in refusal(write("a.pdf", "x"))


def test_a_file_without_suffix_is_refused(write: Write) -> None:
    assert "the suffix ''" in refusal(write("notes", "x"))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv"])
def test_an_empty_file_is_refused(write: Write, name: str) -> None:
    assert f"{name}: the file is empty" in refusal(write(name, ""))


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv"])
def test_blank_lines_alone_are_no_corpus(write: Write, name: str) -> None:
    assert f"{name}: no " in refusal(write(name, "\n  \n\n" if name == "a.jsonl" else "\n\n"))


@pytest.mark.parametrize("header", ["id,text\n"])
def test_a_header_alone_is_no_corpus(write: Write, header: str) -> None:
    assert "no documents" in refusal(write("a.csv", header))


def test_bytes_that_are_not_utf8_are_named_by_line_and_place(write: Write) -> None:
    message = refusal(write("a.jsonl", GOOD.encode() + b'{"_id": "b", "text": "caf\xe9"}\n'))
    assert "a.jsonl:2: byte 26 of the line (0xe9) is not UTF-8" in message


def test_a_nul_byte_is_named_by_line(write: Write) -> None:
    assert "a.csv:2: a NUL byte" in refusal(write("a.csv", b"id,text\na,\x00\n"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_read_and_said(write: Write, encoding: str) -> None:
    corpus = read_corpus(write("a.jsonl", GOOD.encode(encoding)))
    assert corpus.store.get(["a"])[0].text == "one"
    assert corpus.warnings == ("a.jsonl: read as UTF-16, as its first bytes say",)


def test_utf32_is_refused(write: Write) -> None:
    assert "a.jsonl:1: this is text in UTF-32" in refusal(write("a.jsonl", GOOD.encode("utf-32")))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.jsonl", GOOD), ("a.csv", "id,text\na,one\n"), ("a.tsv", "id\ttext\na\tone\n")],
)
def test_a_byte_order_mark_and_windows_line_ends_are_accepted(
    write: Write, name: str, content: str
) -> None:
    path = write(name, b"\xef\xbb\xbf" + content.replace("\n", "\r\n").encode())
    assert read_corpus(path).store.get(["a"])[0].text == "one"


def test_unicode_line_separators_do_not_end_a_row(write: Write) -> None:
    corpus = read_corpus(write("a.jsonl", '{"_id": "a", "text": "one\u2028two\x85"}\n'))
    assert corpus.store.get(["a"])[0].text == "one\u2028two\x85"


def test_something_that_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    assert "neither a file nor a folder" in refusal(pipe)


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b", "~nobody-of-this-name/x.csv"])
def test_what_can_be_no_path_is_a_clear_error(path: str) -> None:
    assert refusal(path)


def test_a_path_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a\nb.jsonl")


def test_the_name_is_the_stem_unless_given(write: Write) -> None:
    path = write("my notes.jsonl", GOOD)
    assert read_corpus(path).info.name == "my notes"
    assert read_corpus(path, "other").info.name == "other"
    assert read_corpus(path).source == str(path.resolve())


def test_a_packed_file_that_unpacks_like_a_bomb_is_refused(write: Write) -> None:
    blank_lines = (b" " * 999 + b"\n") * 40_000
    path = write("a.jsonl.gz", gzip.compress(GOOD.encode() + blank_lines))
    assert "as a bomb does: give the unpacked file" in refusal(path)


def test_a_damaged_packed_file_is_refused(write: Write) -> None:
    message = refusal(write("a.csv.gz", gzip.compress(b"id,text\na,one\n")[:-12]))
    assert "no gzip archive that can be read" in message


def test_a_response_without_hits_holds_no_document(write: Write) -> None:
    assert "no documents in it" in refusal(write("a.json", '{"hits": {"hits": []}}'))
