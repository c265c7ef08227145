"""A reranker around another one: what it does not do itself, the other does."""

from __future__ import annotations

from abc import abstractmethod

from engine.types import Reranker, ScorePrecision


class RerankerAround(Reranker):
    """Says of itself what the reranker within says; its forms are around the forms of that one."""

    def __init__(self, reranker: Reranker) -> None:
        self._reranker = reranker

    @abstractmethod
    def _around(self, reranker: Reranker) -> Reranker:
        """The same around another form of the reranker."""

    @property
    def name(self) -> str:
        return self._reranker.name

    @property
    def kind(self) -> str:
        return self._reranker.kind

    @property
    def backend(self) -> str:
        return self._reranker.backend

    @property
    def precision(self) -> ScorePrecision | None:
        return self._reranker.precision

    def exact(self) -> Reranker:
        """In fp32."""
        return self._around(self._reranker.exact())

    def fastest(self) -> Reranker:
        """By the quickest form."""
        return self._around(self._reranker.fastest())

    def query_notice(self, query: str) -> str | None:
        return self._reranker.query_notice(query)
