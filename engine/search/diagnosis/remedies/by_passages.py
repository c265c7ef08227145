"""A reranker that scores every long document by its best passage (MaxP, Dai & Callan 2019)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.search.precision.reranker_around import RerankerAround
from engine.types import Cancel, Reranker, ScoredBatch

SUFFIX = " by passages"  # behind the reranker's name
Windows = Callable[[str, str], Sequence[tuple[int, int]]]  # (query, text)


class PassageReranker(RerankerAround):
    """The reranker, but a text that it would cut has the score of its best window."""

    def __init__(self, reranker: Reranker, windows: Windows) -> None:
        super().__init__(reranker)
        self._windows = windows

    def _around(self, reranker: Reranker) -> PassageReranker:
        return PassageReranker(reranker, self._windows)

    @property
    def name(self) -> str:
        return f"{self._reranker.name}{SUFFIX}"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        spans = [self._windows(query, document) for document in documents]
        whole = [position for position, each in enumerate(spans) if len(each) < 2]
        texts = [documents[position] for position in whole]
        for batch in self._reranker.score(query, texts, cancel=cancel) if texts else ():
            positions = tuple(whole[position] for position in batch.positions)
            yield replace(batch, positions=positions)
        for position, each in enumerate(spans):
            if len(each) < 2:
                continue
            if cancel is not None and cancel():
                return
            yield self._best(query, documents[position], position, each)

    def _best(
        self, query: str, document: str, position: int, spans: Sequence[tuple[int, int]]
    ) -> ScoredBatch:
        passages = [document[start:end] for start, end in spans]
        best, seconds = float("-inf"), 0.0
        for batch in self._reranker.score(query, passages):
            best = max(best, *batch.scores)
            seconds += batch.seconds + batch.tokenise_seconds
        return ScoredBatch((position,), (best,), (0,), seconds)
