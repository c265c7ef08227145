"""Misspelt words, negations, numbers and acronyms of a query."""

from __future__ import annotations

import pytest

from engine.search.diagnosis.query_signs import (
    Vocabulary,
    expanded,
    misspellings,
    respelt,
    same_stem,
    signs,
)

WORDS = {"vegetable": 9, "vegetables": 2, "gardening": 4, "garden": 20, "calendar": 5, "1848": 3}
VOCABULARY = Vocabulary(40, WORDS, lambda term: 1.0)


def test_a_word_that_no_document_holds_has_its_nearest_in_the_vocabulary() -> None:
    wrong = misspellings(["vegtable", "gardenning", "calender", "garden", "1849"], VOCABULARY)
    assert wrong == {
        "vegtable": "vegetable",
        "gardenning": "gardening",
        "calender": "calendar",
    }


def test_what_is_like_nothing_is_left_alone() -> None:
    assert misspellings(["zebra", "ice", "Quux"], VOCABULARY) == {}


def test_only_whole_words_are_respelt_and_the_rest_stays() -> None:
    query = "Vegtable, vegtables & (vegtable)"
    assert respelt(query, {"vegtable": "vegetable"}) == "vegetable, vegtables & (vegetable)"
    assert respelt(query, {}) == query


def test_an_acronym_is_written_out_as_a_word_of_its_own() -> None:
    assert expanded("AI in AIRCRAFT", "AI", r"in\1vitro") == r"in\1vitro in AIRCRAFT"
    assert expanded("AI", " ", "x") == "AI"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("soup recipes without garlic", {"negation": ("without",)}),
        ("car won't start", {"negation": ("won't",)}),
        ("laptop under 1.5 kg", {"number": ("1.5",)}),
        ("PET scan", {"acronym": ("PET",)}),
        ("a note on notebooks", {}),
    ],
)
def test_signs_of_a_query(query: str, found: dict[str, tuple[str, ...]]) -> None:
    assert signs(query) == found


def test_a_word_of_the_same_stem_is_told() -> None:
    assert same_stem("stalling", {"stalls": 1, "wing": 2}) == "stalls"
    assert same_stem("stalling", {"wing": 2}) == ""
