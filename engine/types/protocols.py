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
from engine.types.rankings import LOGIT, Ranking, ScorePrecision
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

    def unreadable(self, text: str) -> Unreadable | None:  # noqa: ARG002
        """What of a text its tokenizer cannot read; None where it does not tell."""
        return None


class Retriever(Protocol):
    """Finds the k best documents of its corpus for a query."""

    @property
    def stage(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def reach(self) -> int | None:
        """How many hits it lists at most; None where it can list the whole corpus."""
        return None

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

    @property
    def reach(self) -> int | None:
        """How many hits a search lists at most; None where it can list all vectors."""
        return None

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k nearest, best first, each of shape (k,)."""
        ...

    def __len__(self) -> int: ...


class Reranker(Protocol):
    """Scores (query, document) pairs together and yields batches as they finish.

    Implementations inherit it: what they leave out is answered here for them.
    """

    @property
    def name(self) -> str: ...

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]: ...

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is too long and will be cut, else None."""
        ...

    @property
    def kind(self) -> str:
        """What its scores are: "logit", "cosine", "relevance, 0 to 1"."""
        return LOGIT

    @property
    def revision(self) -> str:
        """Which version of the model it is, "" where the model does not say."""
        return ""

    @property
    def backend(self) -> str:
        """Backend and precision as shown to people, "" where it does not say."""
        return ""

    @property
    def precision(self) -> ScorePrecision | None:
        """How far its scores may lie from fp32's, None where it does not say."""
        return None

    def exact(self) -> Reranker:
        """This model scoring in fp32; itself where it does so, or does not say."""
        return self

    def fastest(self) -> Reranker:
        """This model by its quickest form, however far that drifts; itself where it has none."""
        return self

    def unreadable(self, text: str) -> Unreadable | None:  # noqa: ARG002
        """What of a text its tokenizer cannot read; None where it does not tell."""
        return None

    def forget(self, query: str, documents: Sequence[str]) -> bool:  # noqa: ARG002
        """Whether it remembered scores, and dropped those of these pairs."""
        return False

    def without_score_cache(self) -> Reranker:
        """This model remembering no scores, to measure with: a remembered score costs no time."""
        return self


@runtime_checkable
class Explainable(Reranker, Protocol):
    """A cross-encoder that shows its tokens, its labels and its attention."""

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

    def unreadable(self, text: str) -> Unreadable:
        """What of a text its tokenizer cannot read."""
        ...

    def ranking_logit(self, query: str, document: str) -> float | None:
        """The pair's logit by the backend that ranks; None where that is what explains, too."""
        ...

    def label_scores(self, query: str, document: str) -> tuple[LabelScore, ...]:
        """Every label's score of a pair; () where there is one label."""
        ...

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair: ...

    def attention(self, query: str, document: str) -> AttentionMap: ...
