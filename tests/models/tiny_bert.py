"""The vocabulary and tokenizer of the tiny BERT models, and what builds them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ball", "python", "snake", "##s", "a", ".")


def tiny_tokenizer(words: tuple[str, ...] = WORDS) -> Tokenizer:
    vocabulary = {word: i for i, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


class Hub(Protocol):
    def __call__(
        self, kind: str, *, labels: int = 1, config: dict[str, Any] | None = None
    ) -> Path: ...
