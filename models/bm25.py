"""BM25 over a whole corpus, by rank-bm25.

Robertson et al. 1994, "Okapi at TREC-3"; rank-bm25's BM25Okapi with its defaults
(k1 = 1.5, b = 0.75, negative idf replaced by epsilon = 0.25 of the mean idf).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from models.lexical import terms

Progress = Callable[[int, int], None]
PROGRESS_EVERY = 1000


class BM25Index:
    """Scores every document of a corpus for the terms of a query."""

    name = "BM25Okapi"

    def __init__(self, engine: BM25Okapi | None, size: int) -> None:
        self._engine = engine
        self._size = size

    @classmethod
    def from_texts(cls, texts: Sequence[str], on_progress: Progress | None = None) -> BM25Index:
        """Tokenise and index the texts; an index without any term scores 0 throughout."""
        tokenised = []
        for done, text in enumerate(texts, 1):
            tokenised.append(terms(text))
            if on_progress is not None and (done % PROGRESS_EVERY == 0 or done == len(texts)):
                on_progress(done, len(texts))
        engine = BM25Okapi(tokenised) if any(tokenised) else None
        return cls(engine, len(texts))

    def __len__(self) -> int:
        return self._size

    def terms(self, text: str) -> list[str]:
        """The terms of a text, as this index counts them."""
        return terms(text)

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a document, shape (len(self),), in the order of the texts."""
        if self._engine is None or not query_terms:
            return np.zeros(self._size)
        return np.asarray(self._engine.get_scores(list(query_terms)), dtype=np.float64)
