"""What a searcher asks of its two first stages, whoever answers: this process or an engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from engine.types import Encoder, Retriever, Unreadable


class LexicalStage(Retriever, Protocol):
    """BM25 over a corpus, which can also score documents that it does not list."""

    def scores_of(self, query: str, doc_ids: Sequence[str]) -> dict[str, float]: ...


class DenseStage(Retriever, Protocol):
    """A bi-encoder over a corpus, which knows what it reads of a text."""

    def n_truncated(self, text: str) -> int: ...

    def unreadable(self, text: str) -> Unreadable | None: ...

    def with_encoder(self, encoder: Encoder) -> DenseStage: ...
