"""BM25 in a search engine: it lists the best documents, and scores others on request."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.search.ranking import rank
from engine.types import BM25, CrossExamError, Floats, Ranking, StageTiming

TIE_MARGIN = 16  # fetched beyond k, so that ties at the border are broken by doc_id


class TextIndex(Protocol):
    """Full text in an engine; documents are told by their position in the corpus."""

    @property
    def reach(self) -> int:
        """How many hits a search lists at most."""
        ...

    def match(self, text: str, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(BM25 scores, positions) of the k best that share a term, best first."""
        ...

    def match_only(self, text: str, positions: Sequence[int]) -> dict[int, float]:
        """The scores of these documents, by position; those that gain nothing are left out."""
        ...

    def __len__(self) -> int: ...


class Places:
    """Where each document stands in the corpus, in 16 bytes a document.

    The ids are not kept: a document is found by the hash of its id, and then compared.
    """

    def __init__(self, doc_ids: Sequence[str]) -> None:
        self._doc_ids = doc_ids
        hashes = np.fromiter((hash(doc_id) for doc_id in doc_ids), np.int64, len(doc_ids))
        self._order = np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    def of(self, doc_id: str) -> int:
        """The position of a document; raises CrossExamError for one that is not there."""
        id_hash = hash(doc_id)
        place = int(np.searchsorted(self._hashes, id_hash))
        while place < len(self._hashes) and self._hashes[place] == id_hash:
            position = int(self._order[place])
            if self._doc_ids[position] == doc_id:
                return position
            place += 1
        raise CrossExamError(f"no document has the id {doc_id[:60]!r}: check the id")


class IndexBackendLexicalRetriever:
    """The BM25 stage where an engine holds the terms; documents that share none are no hits.

    `spelt(query)` is the query as the engine is to be asked: its terms, as the documents'
    were put in.
    """

    stage = BM25

    def __init__(
        self,
        index: TextIndex,
        doc_ids: Sequence[str],
        model: str,
        *,
        spelt: Callable[[str], str] = str,
    ) -> None:
        self._index = index
        self._spelt = spelt
        self._doc_ids = doc_ids
        self._places = Places(doc_ids)
        self.model = model

    @property
    def reach(self) -> int:
        """How many hits a search lists at most."""
        return self._index.reach

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        """The k best documents and the time of the steps search and sort."""
        start = time.perf_counter()
        scores, positions = self._index.match(self._spelt(query), k + TIE_MARGIN)
        search_end = time.perf_counter()
        pairs = zip(positions.tolist(), scores.tolist(), strict=True)
        hits = rank(((self._doc_ids[position], score) for position, score in pairs if score > 0), k)
        end = time.perf_counter()
        timings = (
            StageTiming(BM25, "search", search_end - start, len(self._index), len(positions)),
            StageTiming(BM25, "sort", end - search_end, len(positions), len(hits)),
        )
        return Ranking(BM25, self.model, hits), timings

    def scores_of(self, query: str, doc_ids: Sequence[str]) -> dict[str, float]:
        """The BM25 score of each of these documents, however far down they rank."""
        places = {doc_id: self._places.of(doc_id) for doc_id in doc_ids}
        scores = self._index.match_only(self._spelt(query), list(places.values()))
        return {doc_id: scores.get(place, 0.0) for doc_id, place in places.items()}
