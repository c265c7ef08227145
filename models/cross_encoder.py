"""The cross-encoder: reads query and document together, one forward pass a pair.

Nogueira & Cho 2019, "Passage Re-ranking with BERT". The score is the raw logit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np

from models.engines import Engine
from models.pairs import PairBuilder
from models.wordpiece import batches_by_tokens, padded
from search.types import AttentionMap, Cancel, ScoredBatch, TokenizedPair

TOKEN_BUDGET = 1024
LARGEST_BATCH = 16


class CrossEncoder:
    """Scores pairs with a BERT sequence classifier of one label.

    `engine` scores; `torch_model` gives the same model as an fp32 torch module, for
    explanations, and is called at most once and only when one is asked for.
    Implements `Reranker` and `Explainable`.
    """

    def __init__(
        self, name: str, engine: Engine, pairs: PairBuilder, torch_model: Callable[[], Any]
    ) -> None:
        self._name = name
        self._engine = engine
        self._pairs = pairs
        self._load_torch = torch_model
        self._torch: Any = None
        self._eager: Any = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def engine(self) -> str:
        """Engine and precision, as shown to people."""
        return self._engine.label

    @property
    def threads(self) -> int | None:
        """How many threads a forward pass uses; None where the engine does not say."""
        return getattr(self._engine, "threads", None)

    @property
    def max_length(self) -> int:
        return self._pairs.max_length

    @property
    def pairs(self) -> PairBuilder:
        return self._pairs

    def query_notice(self, query: str) -> str | None:
        return self._pairs.query_notice(query)

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """Yield logits batch by batch, shortest pairs first; stops when `cancel()` is true."""
        if not documents:
            return
        start = time.perf_counter()
        pairs, remembered = self._pairs.look_up(query, documents)
        tokenise_seconds = time.perf_counter() - start
        batches = batches_by_tokens(
            [len(pair.ids) for pair in pairs], budget=TOKEN_BUDGET, largest=LARGEST_BATCH
        )
        for positions in batches:
            if cancel is not None and cancel():
                return
            start = time.perf_counter()
            ids, mask = padded([pairs[i].ids for i in positions], self._pairs.special.pad)
            segments = np.zeros_like(ids)
            for row, position in enumerate(positions):
                pair = pairs[position]
                segments[row, pair.document_start : len(pair.ids)] = 1
            logits = self._engine.forward(ids, mask, segments)  # (batch, 1)
            yield ScoredBatch(
                positions=tuple(positions),
                scores=tuple(float(value) for value in logits[:, 0]),
                n_truncated=tuple(pairs[i].n_truncated_doc for i in positions),
                seconds=time.perf_counter() - start,
                tokens=int(ids.size),
                tokenise_seconds=tokenise_seconds,
                tokenise_cached=remembered,
            )
            tokenise_seconds = 0.0

    def forgetful(self) -> CrossEncoder:
        """This model with its engine, remembering the tokens of no text: to measure with."""
        return CrossEncoder(self._name, self._engine, self._pairs.forgetful(), self.torch_model)

    def score_all(self, query: str, documents: Sequence[str]) -> list[float]:
        """Logits in the order of `documents`."""
        scores = [0.0] * len(documents)
        for batch in self.score(query, documents):
            for position, score in zip(batch.positions, batch.scores, strict=True):
                scores[position] = score
        return scores

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair:
        return self._pairs.tokenized(query, document)

    def torch_model(self) -> Any:
        """The fp32 torch module, loaded at the first call."""
        with self._lock:
            if self._torch is None:
                self._torch = self._load_torch()
            return self._torch

    def attention(self, query: str, document: str) -> AttentionMap:
        """The cross blocks of one pair, from an eager twin that shares the weights.

        SDPA returns no attention weights, and switching a shared model at run time
        would change it under another visitor; so a second module with the same
        tensors is kept.
        """
        from models.attention import attention_map, eager_twin

        model = self.torch_model()
        with self._lock:
            if self._eager is None:
                self._eager = eager_twin(model)
        return attention_map(self._eager, self._pairs, query, document)
