"""Dense retrieval: embed the query, take the nearest document vectors."""

from __future__ import annotations

import time
from collections.abc import Sequence

from engine.search.ranking import rank
from engine.types import (
    BI_ENCODER,
    Encoder,
    Ranking,
    StageTiming,
    Unreadable,
    VectorIndex,
)

TIE_MARGIN = 16  # fetched beyond k, so that ties at the border are broken by doc_id


class DenseRetriever:
    """The bi-encoder stage: scores are cosines (inner products of unit vectors)."""

    stage = BI_ENCODER

    def __init__(self, encoder: Encoder, index: VectorIndex, doc_ids: Sequence[str]) -> None:
        self._encoder = encoder
        self._index = index
        self._doc_ids = doc_ids

    @property
    def model(self) -> str:
        return self._encoder.name

    @property
    def reach(self) -> int | None:
        """How many hits the index lists at most; None where it can list the whole corpus."""
        return self._index.reach

    def with_encoder(self, encoder: Encoder) -> DenseRetriever:
        """The same index behind another instance of the model that its vectors come from."""
        return DenseRetriever(encoder, self._index, self._doc_ids)

    def n_truncated(self, text: str) -> int:
        """How many tokens of a text the encoder leaves out."""
        return self._encoder.n_truncated(text)

    def unreadable(self, text: str) -> Unreadable | None:
        """What of a text the encoder's tokenizer cannot read; None where it does not tell."""
        return self._encoder.unreadable(text)

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        """The k nearest documents and the time of the steps embed, search and sort."""
        start = time.perf_counter()
        vector = self._encoder.encode([query], role="query")[0]
        embedded = time.perf_counter()
        scores, positions = self._index.search(vector, k + TIE_MARGIN)
        searched = time.perf_counter()
        pairs = zip(positions.tolist(), scores.tolist(), strict=True)
        hits = rank(((self._doc_ids[position], score) for position, score in pairs), k)
        end = time.perf_counter()
        timings = (
            StageTiming(BI_ENCODER, "embed", embedded - start, 1, 1),
            StageTiming(
                BI_ENCODER, "search", searched - embedded, len(self._index), len(positions)
            ),
            StageTiming(BI_ENCODER, "sort", end - searched, len(positions), len(hits)),
        )
        return Ranking(BI_ENCODER, self.model, hits), timings
