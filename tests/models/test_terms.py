"""What counts as a term for BM25, and where terms stand in a text."""

from __future__ import annotations

import unicodedata

import pytest

from models.lexical import term_spans, terms
from models.stopwords import ENGLISH_STOP_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The snakes, again: snakes!", ["snakes", "again", "snakes"]),
        ("snake_case C3PO 3.14 e-mail", ["snake_case", "c3po", "3", "14", "e", "mail"]),
        ("don't", ["don", "t"]),
        ("École ÉCOLE école", ["école"] * 3),
        ("Straße STRASSE", ["straße", "strasse"]),  # lower case, not case folding
        ("ΑΘΗΝΑ Αθήνα ΟΔΟΣ", ["αθηνα", "αθήνα", "οδος".replace("ς", "ς")]),
        ("МОСКВА", ["москва"]),
        ("東京 大学、日本", ["東京", "大学", "日本"]),
        ("running ran runs", ["running", "ran", "runs"]),  # no stemming
        ("", []),
        (" \t\n—…", []),
        ("the AND Of", []),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_composed_and_decomposed_spellings_are_one_term() -> None:
    composed = "café Ünïcode Ångström"
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    assert terms(decomposed) == terms(composed) == ["café", "ünïcode", "ångström"]


def test_a_capital_dotted_i_does_not_split_its_word() -> None:
    assert len(terms("İstanbul")) == 1


def test_the_stop_words_are_lucenes_33() -> None:
    assert len(ENGLISH_STOP_WORDS) == 33
    assert all(terms(word) == [] for word in ENGLISH_STOP_WORDS)
    assert terms("from has he") == ["from", "has", "he"]  # not among Lucene's


def test_spans_mark_every_wanted_term_as_it_is_written() -> None:
    text = "Ball Python: a python's ÉCOLE"
    spans = term_spans(text, frozenset(terms("PYTHON école")))
    assert [text[start:end] for start, end in spans] == ["Python", "python", "ÉCOLE"]


def test_a_part_of_a_word_is_not_marked() -> None:
    assert term_spans("pythonic pythons", frozenset({"python"})) == []


def test_spans_mark_a_decomposed_spelling_too() -> None:
    text = unicodedata.normalize("NFD", "un café noir")
    spans = term_spans(text, frozenset(terms("café")))
    assert [unicodedata.normalize("NFC", text[a:b]) for a, b in spans] == ["café"]
    assert term_spans(text, frozenset(terms("cafe"))) == []
