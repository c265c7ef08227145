"""Word-piece tokenising that threads can share.

A fast tokenizer of `transformers` changes its own truncation and padding at
every call, which breaks when two visitors search at once. Here truncation and
padding stay off, and pairs are put together by hand: word-pieces of a text do
not depend on its neighbour, so [CLS] query [SEP] document [SEP] is exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import numpy as np
from cachetools import FIFOCache
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from engine.types import CrossExamError, Unreadable
from models.text.unreadable import UnreadableCounter

Ids = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """The ids of [CLS], [SEP] and [PAD]."""

    cls: int
    sep: int
    pad: int


REMEMBERED_TEXTS, REMEMBERED_TOKENS = 50_000, 10_000_000  # 40 MB of ids at most


class WordPieces:
    """Token ids without special tokens, remembered for the most recent texts.

    At most `remember` texts and `most_tokens` tokens are, and each text takes its share of
    whichever of the two it uses up more; it is remembered by its hash, so that no copy is kept.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        remember: int = REMEMBERED_TEXTS,
        most_tokens: int = REMEMBERED_TOKENS,
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        ids = [tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "[PAD]")]
        cls_id, sep_id, pad_id = ids
        if cls_id is None or sep_id is None or pad_id is None:
            raise CrossExamError(
                "the tokenizer has no [CLS], [SEP] and [PAD] tokens: only BERT-style models "
                "are supported"
            )
        self.special = SpecialTokens(cls_id, sep_id, pad_id)
        self._tokenizer = tokenizer
        self._texts_bound, self._tokens_bound = remember, most_tokens
        self._remembered: FIFOCache[bytes, Ids] = FIFOCache(
            remember * most_tokens, getsizeof=self._size
        )
        self._lock = Lock()
        self._unknown = tokenizer.token_to_id("[UNK]")
        self._unreadable = UnreadableCounter(tokenizer, self._unknown)

    @classmethod
    def from_file(cls, path: Path) -> WordPieces:
        """Load a `tokenizer.json`."""
        try:
            return cls(Tokenizer.from_file(str(path)))
        except CrossExamError:
            raise
        except Exception as error:
            raise CrossExamError(f"{path}: not a readable tokenizer.json ({error})") from error

    def _size(self, ids: Ids) -> int:
        """A text's share of the texts or of the tokens, the larger one, times their product."""
        return max(len(ids) * self._texts_bound, self._tokens_bound)

    def ids(self, texts: Sequence[str]) -> list[Ids]:
        """Ids of each text, whole, without special tokens."""
        return self.look_up(texts)[0]

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, whole, without special tokens; none is remembered."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def counts(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """(tokens, unknown ones) of each text, without special tokens; none is remembered."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [
            (len(encoding), sum(token == self._unknown for token in encoding.ids))
            for encoding in encodings
        ]

    def unreadable(self, text: str) -> Unreadable:
        """What of a text has no token of its own."""
        return self._unreadable.count(text, self.ids([text])[0].tolist())

    def look_up(self, texts: Sequence[str]) -> tuple[list[Ids], bool]:
        """The ids of each text, and whether all were remembered and nothing tokenised."""
        keys = [_key(text) for text in texts]
        with self._lock:
            remembered = [self._remembered.get(key) for key in keys]
        key_of = dict(zip(texts, keys, strict=True))
        unknown_texts = [
            text for text, ids in dict(zip(texts, remembered, strict=True)).items() if ids is None
        ]
        if not unknown_texts:
            return [ids for ids in remembered if ids is not None], True
        encodings = self._tokenizer.encode_batch(unknown_texts, add_special_tokens=False)
        new_ids = {
            text: np.asarray(encoding.ids, dtype=np.int32)
            for text, encoding in zip(unknown_texts, encodings, strict=True)
        }
        with self._lock:
            for text, ids in new_ids.items():
                if self._size(ids) <= self._remembered.maxsize:
                    self._remembered[key_of[text]] = ids
        rows = [
            new_ids[text] if ids is None else ids
            for text, ids in zip(texts, remembered, strict=True)
        ]
        return rows, False

    def without_caches(self) -> WordPieces:
        """The same word-pieces, remembering no text: every call tokenises."""
        return WordPieces(self._tokenizer, remember=0)

    def encoding(self, text: str) -> Encoding:
        """The full encoding of one text: tokens, offsets and word numbers."""
        return self._tokenizer.encode(text, add_special_tokens=False)

    def token_id(self, token: str) -> int:
        """The id of a token such as "[MASK]"; raises CrossExamError when there is none."""
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise CrossExamError(f"the tokenizer has no token {token!r}")
        return int(number)

    def known_id(self, token: str) -> int | None:
        """The id of a token, None where the vocabulary has none."""
        number = self._tokenizer.token_to_id(token)
        return None if number is None else int(number)

    def token(self, token_id: int) -> str:
        return str(self._tokenizer.id_to_token(token_id))


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def batches_by_tokens(lengths: Sequence[int], budget: int, largest: int) -> list[list[int]]:
    """Positions grouped so that neighbours are of like length and padding is small.

    Each batch holds at most `largest` texts and, padded to its longest, at most
    `budget` tokens; a text longer than the budget stands alone. Shortest first.
    """
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], i))
    batches: list[list[int]] = []
    for position in order:
        fits = (
            batches
            and len(batches[-1]) < largest
            and lengths[position] * (len(batches[-1]) + 1) <= budget
        )
        if fits:
            batches[-1].append(position)
        else:
            batches.append([position])
    return batches


def padded(rows: Sequence[Ids], pad: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(ids, mask), both of shape (rows, longest)."""
    longest = max(len(row) for row in rows)
    ids = np.full((len(rows), longest), pad, dtype=np.int64)
    mask = np.zeros((len(rows), longest), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask
