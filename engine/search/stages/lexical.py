"""Lexical retrieval: score every document by its terms, take the best."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from engine.search.ranking import rank_best
from engine.types import BM25, LexicalIndex, Ranking, StageTiming


class LexicalRetriever:
    """The BM25 stage; documents that gain nothing from any query term are no hits."""

    stage = BM25

    def __init__(self, index: LexicalIndex, doc_ids: Sequence[str]) -> None:
        self._index = index
        self._doc_ids = doc_ids
        self._position = {doc_id: i for i, doc_id in enumerate(doc_ids)}

    @property
    def model(self) -> str:
        return self._index.name

    @property
    def reach(self) -> None:
        """No bound: it can list the whole corpus."""

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        """The k best documents and the time of the steps tokenise, score and sort."""
        start = time.perf_counter()
        query_terms = self._index.terms(query)
        tokenised = time.perf_counter()
        scores = self._index.scores(query_terms)
        scoring_end = time.perf_counter()
        matching = np.flatnonzero(scores)
        hits = rank_best(self._doc_ids, scores[matching], k, matching)
        end = time.perf_counter()
        n = len(self._index)
        timings = (
            StageTiming(BM25, "tokenise", tokenised - start, 1, len(query_terms)),
            StageTiming(BM25, "score", scoring_end - tokenised, n, len(matching)),
            StageTiming(BM25, "sort", end - scoring_end, len(matching), len(hits)),
        )
        return Ranking(BM25, self.model, hits), timings

    def scores_of(self, query: str, doc_ids: Sequence[str]) -> dict[str, float]:
        """The BM25 score of each of these documents, however far down they rank."""
        scores = self._index.scores(self._index.terms(query))
        return {doc_id: float(scores[self._position[doc_id]]) for doc_id in doc_ids}
