from __future__ import annotations

import pytest

from corpora.importing.splitting import Split, paragraphs, split_documents
from engine.types import CrossExamError, Document


def halves(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    return [(0, len(text) // 2), (len(text) // 2, len(text))] if len(text) > length else [(0, 1)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one", ["one"]),
        ("one\ntwo", ["one\ntwo"]),
        ("one\n\ntwo\n \t\n\nthree\n", ["one", "two", "three\n"]),
        ("\n\none", ["one"]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_paragraphs_lie_between_blank_lines(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in paragraphs(text)] == parts


def test_passages_know_their_document_and_their_place() -> None:
    document = Document("d", "one\n\ntwo", "T", fields={"a": "b"})
    first, second = split_documents([document], Split("paragraph"), halves)
    assert first == Document("d#1", "one", "T", "d", (0, 3), {"a": "b"})
    assert second == Document("d#2", "two", "T", "d", (5, 8), {"a": "b"})
    assert document.text[slice(*(second.span or ()))] == second.text


def test_a_document_of_one_passage_stays_whole() -> None:
    documents = [Document("d", "one"), Document("empty", "")]
    assert list(split_documents(documents, Split("tokens"), halves)) == documents


def test_a_passage_of_a_passage_belongs_to_the_first_document() -> None:
    passage = Document("d#1", "one\n\ntwo", parent_id="d")
    assert {p.parent_id for p in split_documents([passage], Split("paragraph"), halves)} == {"d"}


def test_an_id_that_a_document_has_already_is_refused() -> None:
    documents = [Document("d#1", "x"), Document("d", "one\n\ntwo")]
    with pytest.raises(CrossExamError, match="'d#1' is also the id of a document"):
        list(split_documents(documents, Split("paragraph"), halves))


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("paragraph", Split("paragraph")),
        ("tokens", Split("tokens", 200, 50)),
        ("tokens:100", Split("tokens", 100, 25)),
        ("tokens:100:0", Split("tokens", 100, 0)),
    ],
)
def test_a_split_is_read_from_the_command_line(text: str, split: Split) -> None:
    assert Split.from_text(text) == split


@pytest.mark.parametrize("text", ["", "words:3", "tokens:x", "tokens:10:2:3", "paragraph:2"])
def test_a_split_that_cannot_be_says_how_to_write_one(text: str) -> None:
    with pytest.raises(CrossExamError, match="tokens:LENGTH:OVERLAP"):
        Split.from_text(text)


@pytest.mark.parametrize(("length", "overlap"), [(15, 0), (5000, 0), (100, 100), (100, -1)])
def test_lengths_and_overlaps_have_bounds(length: int, overlap: int) -> None:
    with pytest.raises(CrossExamError, match=str(overlap if length == 100 else length)):
        Split("tokens", length, overlap)
