"""A reranker that scores every long document by its best passage (MaxP, Dai & Callan 2019)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.types import Cancel, Reranker, ScoredBatch, ScorePrecision

SUFFIX = " by passages"  # behind the reranker's name
Windows = Callable[[str, str], Sequence[tuple[int, int]]]  # (query, text)


class PassageReranker(Reranker):
    """The reranker, but a text that it would cut has the score of its best window."""

    def __init__(self, reranker: Reranker, windows: Windows) -> None:
        self._reranker = reranker
        self._windows = windows

    @property
    def name(self) -> str:
        return f"{self._reranker.name}{SUFFIX}"

    @property
    def kind(self) -> str:
        return self._reranker.kind

    @property
    def backend(self) -> str:
        return self._reranker.backend

    @property
    def precision(self) -> ScorePrecision | None:
        return self._reranker.precision

    def exact(self) -> PassageReranker:
        return PassageReranker(self._reranker.exact(), self._windows)

    def fastest(self) -> PassageReranker:
        return PassageReranker(self._reranker.fastest(), self._windows)

    def query_notice(self, query: str) -> str | None:
        return self._reranker.query_notice(query)

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
