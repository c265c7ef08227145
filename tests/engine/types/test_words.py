"""Words of any script."""

from __future__ import annotations

import pytest

from engine.types.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't stop, Ferry-boat", ["don't", "stop,", "Ferry-boat"]),
        ("北京 and 上", ["北", "京", "and", "上"]),
        ("さくらv2", ["さ", "く", "ら", "v2"]),
        (" \n ", []),
    ],
)
def test_words_stand_between_blanks_and_characters_of_scripts_without_blanks_alone(
    text: str, words: list[str]
) -> None:
    assert words_of(text) == words
