"""BM25 over a whole corpus, by rank-bm25; over a large one by bm25s with the same scores.

A term's part in a document's score (Robertson et al. 1994, "Okapi at TREC-3"):

    idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))
    idf = ln(1 + (N - n + 0.5) / (n + 0.5))

for a term that n of the N documents hold; k1 = 1.5, b = 0.75. That idf is Lucene's, in
corpora of every size: Okapi's own, without the 1, is 0 for a term in half of the documents
and negative beyond, so that a shared term could count against a document, or as none.
Here a document that shares a term scores above 0, and no other does.

rank-bm25 asks every document for every term of a query, which takes too long for a
hundred thousand documents; bm25s (Lù 2024) computes all scores when it indexes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from engine.types import CountCallback
from models.lexical.terms import document_terms, terms

PROGRESS_EVERY = 1000
LARGE = 10_000  # documents from which bm25s answers
K1, B = 1.5, 0.75  # rank-bm25's defaults
NAME, LARGE_NAME = "BM25 (Lucene's idf)", "BM25 (Lucene's idf, by bm25s)"


class Scorer(Protocol):
    """Scores all documents for a query: one value a document."""

    def get_scores(self, query: list[str]) -> NDArray[np.float64]: ...


class BM25Index:
    """Scores every document of a corpus for the terms of a query."""

    def __init__(self, scorer: Scorer | None, size: int, name: str = NAME) -> None:
        self._scorer = scorer
        self._size = size
        self.name = name

    @classmethod
    def from_texts(
        cls,
        texts: Sequence[str],
        on_progress: CountCallback | None = None,
        *,
        large: int = LARGE,
    ) -> BM25Index:
        """Tokenise and index the texts; an index without any term scores 0 throughout.

        From `large` texts on, bm25s gives the same scores.
        """
        tokenised = []
        for done, text in enumerate(texts, 1):
            tokenised.append(document_terms(text))
            if on_progress is not None and (done % PROGRESS_EVERY == 0 or done == len(texts)):
                on_progress(done, len(texts))
        if not any(tokenised):
            return cls(None, len(texts))
        if len(texts) >= large:
            return cls(EagerBM25.from_terms(tokenised), len(texts), LARGE_NAME)
        return cls(LuceneBM25(tokenised, k1=K1, b=B), len(texts))

    def __len__(self) -> int:
        return self._size

    def terms(self, text: str) -> list[str]:
        """The terms that a query asks for."""
        return terms(text)

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a document, shape (len(self),), in the order of the texts.

        Above 0 where the document holds a term of the query, 0 elsewhere.
        """
        if self._scorer is None or not query_terms:
            return np.zeros(self._size)
        return np.asarray(self._scorer.get_scores(list(query_terms)), dtype=np.float64)


class LuceneBM25(BM25Okapi):  # type: ignore[misc]
    """rank-bm25's BM25Okapi with Lucene's idf, which is positive for every term."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        """Set the idf of every term, from how many documents hold it."""
        idf = lucene_idf(np.array(list(nd.values())), self.corpus_size)
        self.idf = dict(zip(nd, idf.tolist(), strict=True))


class EagerBM25:
    """The same scores from bm25s, which works them out when it indexes."""

    def __init__(self, scorer: Any) -> None:
        self._scorer = scorer

    @classmethod
    def from_terms(cls, tokenised: list[list[str]]) -> EagerBM25:
        """Index documents given as terms.

        bm25s leaves the constant k1 + 1 out, as Lucene does since its version 8.
        """
        import bm25s

        scorer = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float64")
        scorer.index(tokenised, create_empty_token=False, show_progress=False)
        scorer.scores["data"] *= K1 + 1
        return cls(scorer)

    def get_scores(self, query: list[str]) -> NDArray[np.float64]:
        """One score a document; terms that no document holds add nothing."""
        scores: NDArray[np.float64] = self._scorer.get_scores(query)
        return scores


def lucene_idf(holding: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """ln(1 + (N - n + 0.5) / (n + 0.5)) for terms that n of N documents hold."""
    idf: NDArray[np.float64] = np.log1p((size - holding + 0.5) / (holding + 0.5))
    return idf
