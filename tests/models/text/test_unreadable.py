"""What a tokenizer cannot read, against the tokenizer itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from engine.types import Unreadable
from models.text.wordpiece import WordPieces
from tests.models.tiny_bert import tiny_tokenizer
from workbench.workbench import Workbench

CHERRY, SNAKE, SAKURA = "\N{CHERRIES}", "\N{SNAKE}", "桜"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a snake.", Unreadable(3, 0)),
        ("a viper. a viper", Unreadable(5, 2, ("viper",))),
        (f"{CHERRY} a {SAKURA}", Unreadable(3, 2, (CHERRY, SAKURA))),
        ("", Unreadable(0, 0)),
        ("\u200b\x07", Unreadable(0, 0, (), 2)),
        ("pyth\u200bon a", Unreadable(2, 0, (), 1)),
        ("a\t\n snake", Unreadable(2, 0)),  # blanks are no signs
        ("sna\u0301ke", Unreadable(1, 0)),  # an accent is read as none
    ],
)
def test_unknown_pieces_and_removed_characters_are_counted(text: str, found: Unreadable) -> None:
    assert WordPieces(tiny_tokenizer()).unreadable(text) == found


def test_counts_of_many_texts_are_those_of_each() -> None:
    pieces = WordPieces(tiny_tokenizer())
    texts = ["a viper", "", CHERRY, "snakes"]
    each = [pieces.unreadable(text) for text in texts]
    assert pieces.counts(texts) == [(one.tokens, one.unknown) for one in each]


@pytest.mark.weights
@pytest.mark.parametrize(
    ("text", "unknown", "tokens"),
    [(CHERRY, 1, 1), (f"{SNAKE} and {CHERRY}", 2, 3), (SAKURA, 1, 1), ("cherry", 0, 1)],
)
def test_both_models_name_what_they_cannot_read(
    session_cache: Path, text: str, unknown: int, tokens: int
) -> None:
    for found in Workbench().explainers.unreadable(text).values():
        assert (found.unknown, found.tokens) == (unknown, tokens)


def test_another_familys_unknown_token_is_counted(session_cache: Path) -> None:
    from models.text.unreadable import UnreadableCounter

    tokenizer = tiny_tokenizer(("<pad>", "<unk>", "[UNK]", "a"))
    assert isinstance(tokenizer, Tokenizer)
    ids = tokenizer.encode("a b", add_special_tokens=False).ids
    counter = UnreadableCounter(tokenizer, tokenizer.token_to_id("[UNK]"))
    assert counter.count("a b", ids) == Unreadable(2, 1, ("b",))
    assert UnreadableCounter(tokenizer, None).count("a b", ids) == Unreadable(2, 0)
