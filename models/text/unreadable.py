"""What a tokenizer cannot read of a text: unknown pieces, and characters it removes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from tokenizers import Tokenizer

from engine.types import Unreadable

SHOWN_WORDS = 8
# Accents and variants that a model without them reads as the plain character.
_HARMLESS = ("COMBINING", "VARIATION SELECTOR")


class UnreadableCounter:
    """Counts what `tokenizer` cannot read; `unknown` is the id of its unknown token, if any."""

    def __init__(self, tokenizer: Tokenizer, unknown: int | None) -> None:
        self._tokenizer = tokenizer
        self._unknown = unknown
        self._removed: dict[str, bool] = {}

    def count(self, text: str, ids: Iterable[int]) -> Unreadable:
        """What cannot be read of a text whose tokens are `ids`."""
        tokens = list(ids)
        unknown = sum(token == self._unknown for token in tokens)
        words = self._words(text) if unknown else ()
        return Unreadable(len(tokens), unknown, words, self._count_removed(text))

    def _words(self, text: str) -> tuple[str, ...]:
        """The first different pieces of the text that become the unknown token."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        pieces = (
            text[start:end]
            for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
            if token == self._unknown
        )
        return tuple(dict.fromkeys(pieces))[:SHOWN_WORDS]

    def _count_removed(self, text: str) -> int:
        if text.isascii() and text.isprintable():
            return 0
        removed = {char for char in set(text) if self._is_removed(char)}
        return sum(char in removed for char in text) if removed else 0

    def _is_removed(self, char: str) -> bool:
        removed = self._removed.get(char)
        if removed is None:
            removed = self._removed[char] = self._removes(char)
        return removed

    def _removes(self, char: str) -> bool:
        normalizer = self._tokenizer.normalizer
        if normalizer is None or char.isspace():
            return False
        if unicodedata.name(char, "").startswith(_HARMLESS):
            return False
        return not normalizer.normalize_str(char).strip()
