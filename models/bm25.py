"""BM25 over a whole corpus, by rank-bm25; over a large one by bm25s with the same scores.

Robertson et al. 1994, "Okapi at TREC-3"; rank-bm25's BM25Okapi with its defaults
(k1 = 1.5, b = 0.75, negative idf replaced by epsilon = 0.25 of the mean idf).
rank-bm25 asks every document for every term of a query, which takes too long for a
hundred thousand documents; bm25s (Lù 2024) computes all scores when it indexes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from models.lexical import terms

Progress = Callable[[int, int], None]
PROGRESS_EVERY = 1000
LARGE = 10_000  # documents from which bm25s answers
K1, B, EPSILON = 1.5, 0.75, 0.25  # rank-bm25's defaults


class Scorer(Protocol):
    """Scores all documents for a query: one value a document."""

    def get_scores(self, query: list[str]) -> NDArray[np.float64]: ...


class BM25Index:
    """Scores every document of a corpus for the terms of a query."""

    def __init__(self, engine: Scorer | None, size: int, name: str = "BM25Okapi") -> None:
        self._engine = engine
        self._size = size
        self.name = name

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        on_progress: Progress | None = None,
        *,
        large: int = LARGE,
    ) -> BM25Index:
        """Tokenise and index the texts; an index without any term scores 0 throughout.

        From `large` texts on, bm25s gives the same scores.
        """
        tokenised = []
        for done, text in enumerate(texts, 1):
            tokenised.append(terms(text))
            if on_progress is not None and (done % PROGRESS_EVERY == 0 or done == len(texts)):
                on_progress(done, len(texts))
        if not any(tokenised):
            return cls(None, len(texts))
        if len(texts) >= large:
            return cls(EagerOkapi.from_terms(tokenised), len(texts), "BM25Okapi (bm25s)")
        return cls(BM25Okapi(tokenised, k1=K1, b=B, epsilon=EPSILON), len(texts))

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


class EagerOkapi:
    """BM25Okapi's scores from bm25s, which works them out when it indexes."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    @classmethod
    def from_terms(cls, tokenised: list[list[str]]) -> EagerOkapi:
        """Index documents given as terms.

        bm25s knows Okapi's weight of a term within a document, but neither its constant
        k1 + 1 nor its floor for the idf of common terms. So it indexes with Lucene's idf,
        which is never 0, and each term's scores are then multiplied by what makes
        Lucene's idf Okapi's.
        """
        import bm25s

        engine = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float64")
        engine.index(tokenised, create_empty_token=False, show_progress=False)
        found = engine.scores
        holding = np.diff(found["indptr"])  # documents that hold each term
        factor = (K1 + 1) * okapi_idf(holding, len(tokenised)) / lucene_idf(holding, len(tokenised))
        found["data"] *= np.repeat(factor, holding)
        return cls(engine)

    def get_scores(self, query: list[str]) -> NDArray[np.float64]:
        """One score a document; terms that no document holds add nothing."""
        scores: NDArray[np.float64] = self._engine.get_scores(query)
        return scores


def okapi_idf(holding: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """ln((N - n + 0.5) / (n + 0.5)); below zero, epsilon of the mean of all terms."""
    idf = np.log(size - holding + 0.5) - np.log(holding + 0.5)
    floored: NDArray[np.float64] = np.where(idf < 0, EPSILON * idf.mean(), idf)
    return floored


def lucene_idf(holding: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5))."""
    idf: NDArray[np.float64] = np.log(1 + (size - holding + 0.5) / (holding + 0.5))
    return idf
