"""What a searcher asks of its two first stages, whoever answers: this process or an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.types import Encoder, Ranking, Retriever, StageTiming, Unreadable


class LexicalStage(Protocol):
    """BM25 over a corpus, which can also score documents that it does not list."""

    @property
    def stage(self) -> str: ...

    @property
    def model(self) -> str: ...

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]: ...

    def scores_of(self, query: str, doc_ids: Sequence[str]) -> dict[str, float]: ...


class DenseStage(Protocol):
    """A bi-encoder over a corpus, which knows what it reads of a text."""

    @property
    def stage(self) -> str: ...

    @property
    def model(self) -> str: ...

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]: ...

    def n_truncated(self, text: str) -> int: ...

    def unreadable(self, text: str) -> Unreadable | None: ...

    def with_encoder(self, encoder: Encoder) -> DenseStage: ...


def reach_of(retriever: Retriever) -> int | None:
    """How many hits a retriever lists at most; None where it can list the whole corpus."""
    reach: int | None = getattr(retriever, "reach", None)
    return reach
