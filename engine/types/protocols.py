"""What ranking and explaining ask of stores and models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from engine.types.aliases import Cancel, Floats, Role
from engine.types.attention import AttentionMap
from engine.types.attribution import LabelScore
from engine.types.documents import Document
from engine.types.pairs import TokenizedPair, Unreadable
from engine.types.rankings import Ranking
from engine.types.traces import ScoredBatch, StageTiming


class DocumentStore(Protocol):
    """Texts by id; nothing assumes that a corpus fits in memory."""

    def get(self, doc_ids: Sequence[str]) -> list[Document]: ...

    def ids(self) -> Sequence[str]: ...

    def __len__(self) -> int: ...


class Encoder(Protocol):
    """Turns texts into L2-normalised vectors, shape (len(texts), dimensions)."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str], role: Role = "query") -> Floats: ...

    def n_truncated(self, text: str) -> int:
        """How many tokens of a text lie beyond the limit and are not embedded."""
        ...


class Retriever(Protocol):
    """Finds the k best documents of its corpus for a query."""

    @property
    def stage(self) -> str: ...

    @property
    def model(self) -> str: ...

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]: ...


class LexicalIndex(Protocol):
    """Scores every document for the terms of a query."""

    @property
    def name(self) -> str: ...

    def terms(self, text: str) -> list[str]: ...

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a document, shape (len(self),)."""
        ...

    def __len__(self) -> int: ...


class VectorIndex(Protocol):
    """Inner-product search over L2-normalised vectors."""

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k nearest, best first, each of shape (k,)."""
        ...

    def __len__(self) -> int: ...


class Reranker(Protocol):
    """Scores (query, document) pairs together and yields batches as they finish."""

    @property
    def name(self) -> str: ...

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]: ...

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is too long and will be cut, else None."""
        ...


@runtime_checkable
class NamesUnreadable(Protocol):
    """A model that tells what of a text its tokenizer cannot read."""

    def unreadable(self, text: str) -> Unreadable: ...


@runtime_checkable
class RemembersScores(Protocol):
    """A reranker that keeps the scores of the pairs it read last."""

    def forget(self, query: str, documents: Sequence[str]) -> None:
        """Drop what is remembered of these pairs, so that they are scored afresh."""
        ...


@runtime_checkable
class Explainable(Protocol):
    """A model that shows its tokens, its labels and its attention."""

    @property
    def explains(self) -> str:
        """What explanations of it explain: "logit", or "log-odds of entailment"."""
        ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it tells apart, where there are several."""
        ...

    @property
    def token_names(self) -> dict[str, str]:
        """What it calls the tokens that BERT calls [PAD], [MASK] and [UNK]; {} for BERT's own."""
        ...

    def label_scores(self, query: str, document: str) -> tuple[LabelScore, ...]:
        """Every label's score of a pair; () where there is one label."""
        ...

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair: ...

    def attention(self, query: str, document: str) -> AttentionMap: ...
