"""Scores of pairs that were read before."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from cachetools import LRUCache

REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class KnownScore:
    """A pair's logit, how many tokens of the document were cut, and the seconds it took.

    A pair's seconds are an equal share of its batch's, tokenising included.
    """

    score: float
    n_truncated: int
    seconds: float = 0.0


class ScoreCache:
    """The scores of the pairs asked for last; for threads to share.

    The key of a pair is a hash of `model` (name, revision, backend), query and document.
    `most` = 0 remembers nothing.
    """

    def __init__(self, model: str, *, most: int = REMEMBERED) -> None:
        self.model = model
        self._scores: LRUCache[bytes, KnownScore] = LRUCache(most)
        self._lock = threading.Lock()

    @property
    def most(self) -> int:
        """How many scores it holds at most."""
        return int(self._scores.maxsize)

    def __len__(self) -> int:
        return len(self._scores)

    def keys(self, query: str, documents: Sequence[str]) -> list[bytes]:
        """The key of each pair."""
        start = hashlib.blake2b(digest_size=16)
        for part in (self.model, query):  # each framed, so that no two pairs run together
            text = part.encode("utf-8", "surrogatepass")
            start.update(len(text).to_bytes(8, "big") + text)
        keys = []
        for document in documents:
            digest = start.copy()
            digest.update(document.encode("utf-8", "surrogatepass"))
            keys.append(digest.digest())
        return keys

    def look_up(self, keys: Sequence[bytes]) -> list[KnownScore | None]:
        """The score of each pair, None where it is not remembered."""
        with self._lock:
            return [self._scores.get(key) for key in keys]

    def keep(self, keys: Sequence[bytes], scores: Sequence[KnownScore]) -> None:
        """Remember these pairs; the ones unused for longest make room."""
        if not self._scores.maxsize:
            return
        with self._lock:
            for key, score in zip(keys, scores, strict=True):
                self._scores[key] = score

    def forget(self, keys: Sequence[bytes]) -> None:
        """Drop these pairs."""
        with self._lock:
            for key in keys:
                self._scores.pop(key, None)

    def empty(self, *, most: int = REMEMBERED) -> ScoreCache:
        """Another cache for the same model, without a score."""
        return ScoreCache(self.model, most=most)
