"""The cross-encoder: reads query and document together, one forward pass a pair.

Nogueira & Cho 2019, "Passage Re-ranking with BERT". The score is the raw logit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np

from engine.types import (
    AttentionMap,
    Cancel,
    Drift,
    Floats,
    LabelScore,
    Reranker,
    ScoredBatch,
    ScorePrecision,
    TokenizedPair,
    Unreadable,
    precision_of,
)
from models.backends.backends import Backend, Tokens
from models.backends.fair_lock import FairLock
from models.backends.lazy_backend import LazyBackend, Quick
from models.cross_encoders.batching import Batching
from models.cross_encoders.explained import PairReading
from models.cross_encoders.pairs import Pair, PairBuilder
from models.cross_encoders.score_cache import KnownScore, ScoreCache
from models.text.wordpiece import batches_by_tokens, padded


class CrossEncoder(Reranker):
    """Scores pairs with a BERT sequence classifier of one label.

    `backend` scores; `torch_model` gives the same model as an fp32 torch module, for
    explanations, and is called at most once and only when one is asked for. Threads may
    share it: batches take turns at the backend, so that several searches go on side by
    side and each forward pass has all cores. Scores are remembered, and marked as such. `drift`
    is how far the backend was measured to lie from fp32, None where nobody measured it; `fp32`
    runs the same model in fp32, and is built when `exact` is first asked for.
    Implements `Explainable` too.
    """

    def __init__(
        self,
        name: str,
        backend: Backend,
        pairs: PairBuilder,
        torch_model: Callable[[], Any],
        *,
        revision: str = "",
        fair_lock: FairLock | None = None,
        score_cache: ScoreCache | None = None,
        batching: Batching | None = None,
        drift: Drift | None = None,
        fp32: LazyBackend | None = None,
        quick: Quick | None = None,
    ) -> None:
        self._name = name
        self._backend = backend
        self._pairs = pairs
        self._load_torch = torch_model
        self._revision = revision
        self._fair_lock = fair_lock or FairLock()
        self._score_cache = (
            ScoreCache(f"{name}\n{revision}\n{backend.label}")
            if score_cache is None
            else score_cache
        )
        self.batching = batching or Batching()
        self._drift = drift
        self._fp32 = fp32
        self._quick = quick
        self._copies: dict[str, CrossEncoder] = {}  # by their backend
        self._torch: Any = None
        self._eager: Any = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def revision(self) -> str:
        """Which version of the weights it is."""
        return self._revision

    @property
    def explains(self) -> str:
        """What explanations of it explain."""
        return "logit"

    @property
    def labels(self) -> tuple[str, ...]:
        """None to tell apart: it has one."""
        return ()

    @property
    def token_names(self) -> dict[str, str]:
        """Its tokens are called as BERT's."""
        return {}

    @property
    def backend(self) -> str:
        """Backend and precision, as shown to people."""
        return self._backend.label

    @property
    def precision(self) -> ScorePrecision:
        """How far its logits may lie from fp32's."""
        return precision_of(self.backend, self._drift)

    def exact(self) -> CrossEncoder:
        """This model in fp32, which remembers its own scores; itself where it runs so anyway."""
        if self._fp32 is None or not self.precision.drift:
            return self
        return self._copy_by(self._fp32.get(), None)

    def fastest(self) -> CrossEncoder:
        """This model by the quickest backend, which remembers its own scores; itself without."""
        return self if self._quick is None else self._copy_by(*self._quick.built())

    def _copy_by(self, backend: Backend, drift: Drift | None) -> CrossEncoder:
        with self._lock:
            if backend.label not in self._copies:
                score_cache = ScoreCache(
                    f"{self._name}\n{self.revision}\n{backend.label}",
                    most=self._score_cache.most,
                )
                self._copies[backend.label] = CrossEncoder(
                    self._name,
                    backend,
                    self._pairs,
                    self.torch_model,
                    revision=self.revision,
                    fair_lock=self._fair_lock,
                    score_cache=score_cache,
                    drift=drift,
                    fp32=None if drift is None else self._fp32,
                )
            copied = self._copies[backend.label]
            copied.batching = self.batching
            return copied

    @property
    def threads(self) -> int | None:
        """How many threads a forward pass uses; None where the backend does not say."""
        return self._backend.threads

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
        """Yield logits batch by batch; stops when `cancel()` is true.

        First, in one batch marked as cached, the pairs whose scores are remembered; then
        the others, shortest first.
        """
        if not documents:
            return
        start = time.perf_counter()
        keys = self._score_cache.keys(query, documents)
        cached_scores = self._score_cache.look_up(keys)
        hits = [(i, cached) for i, cached in enumerate(cached_scores) if cached is not None]
        unscored_positions = [i for i, cached in enumerate(cached_scores) if cached is None]
        if hits:
            yield ScoredBatch(
                positions=tuple(i for i, _ in hits),
                scores=tuple(cached.score for _, cached in hits),
                n_truncated=tuple(cached.n_truncated for _, cached in hits),
                seconds=time.perf_counter() - start,
                cached=True,
                measured_seconds=sum(cached.seconds for _, cached in hits),
            )
        if not unscored_positions or (cancel is not None and cancel()):
            return
        start = time.perf_counter()
        unscored_documents = [documents[i] for i in unscored_positions]
        pairs, tokens_cached = self._pairs.look_up(query, unscored_documents)
        tokenise_seconds = time.perf_counter() - start
        pair_tokenise_seconds = tokenise_seconds / len(unscored_positions)
        for places in batches_by_tokens(
            [len(pair.ids) for pair in pairs],
            budget=self.batching.budget,
            largest=self.batching.largest,
        ):
            if cancel is not None and cancel():
                return
            with self._fair_lock.timed() as batch_time:
                inputs = self._inputs([pairs[place] for place in places])
                with self._fair_lock.take():
                    if cancel is not None and cancel():
                        return
                    logits = self._backend.forward(*inputs)  # (batch, 1)
            pair_seconds = batch_time.seconds / len(places) + pair_tokenise_seconds
            fresh_scores = [
                KnownScore(float(logit), pairs[place].n_truncated_doc, pair_seconds)
                for logit, place in zip(logits[:, 0], places, strict=True)
            ]
            positions = tuple(unscored_positions[place] for place in places)
            self._score_cache.keep([keys[position] for position in positions], fresh_scores)
            yield ScoredBatch(
                positions=positions,
                scores=tuple(fresh.score for fresh in fresh_scores),
                n_truncated=tuple(fresh.n_truncated for fresh in fresh_scores),
                seconds=batch_time.seconds,
                tokens=int(inputs[0].size),
                tokenise_seconds=tokenise_seconds,
                tokenise_cached=tokens_cached,
                waited_seconds=batch_time.waited,
            )
            tokenise_seconds = 0.0

    def _inputs(self, pairs: Sequence[Pair]) -> tuple[Tokens, Tokens, Tokens]:
        """(ids, mask, segments) of one padded batch."""
        ids, mask = padded([pair.ids for pair in pairs], self._pairs.special.pad)
        segments = np.zeros_like(ids)
        for row, pair in enumerate(pairs):
            segments[row, pair.document_start : len(pair.ids)] = 1
        return ids, mask, segments

    def unreadable(self, text: str) -> Unreadable:
        """What of a text its tokenizer cannot read."""
        return self._pairs.pieces.unreadable(text)

    def forget(self, query: str, documents: Sequence[str]) -> bool:
        """True: the remembered scores of these pairs are dropped, and they are scored afresh."""
        self._score_cache.forget(self._score_cache.keys(query, documents))
        with self._lock:
            copies = tuple(self._copies.values())
        for copied in copies:
            copied.forget(query, documents)
        return True

    def without_caches(self) -> CrossEncoder:
        """This model with its backend, remembering no tokens and no scores: to measure with."""
        return self._like(
            self._pairs.without_caches(), self._score_cache.empty(most=0), self.batching
        )

    def without_score_cache(self) -> CrossEncoder:
        """This model with its backend and the tokens it knows, remembering no scores.

        To measure warm searches with: a remembered score would cost nothing.
        """
        return self._like(self._pairs, self._score_cache.empty(most=0), self.batching)

    def with_batches(self, batching: Batching) -> CrossEncoder:
        """This model and what it remembers, with other batches."""
        return self._like(self._pairs, self._score_cache, batching)

    def _like(
        self, pairs: PairBuilder, score_cache: ScoreCache, batching: Batching
    ) -> CrossEncoder:
        return CrossEncoder(
            self._name,
            self._backend,
            pairs,
            self.torch_model,
            revision=self._revision,
            fair_lock=self._fair_lock,
            score_cache=score_cache,
            batching=batching,
            drift=self._drift,
            fp32=self._fp32,
            quick=self._quick,
        )

    def score_all(self, query: str, documents: Sequence[str]) -> list[float]:
        """Logits in the order of `documents`."""
        scores = [0.0] * len(documents)
        for batch in self.score(query, documents):
            for position, score in zip(batch.positions, batch.scores, strict=True):
                scores[position] = score
        return scores

    def ranking_logit(self, query: str, document: str) -> float:
        """The pair's logit by the backend that ranks, mostly remembered from the search."""
        return self.score_all(query, [document])[0]

    def label_scores(self, query: str, document: str) -> tuple[LabelScore, ...]:  # noqa: ARG002
        """None: there is one label."""
        return ()

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair:
        return self._pairs.tokenized(query, document)

    def pair_reading(self) -> PairReading:
        """How explanations read its pairs, in fp32."""
        from models.cross_encoders.pair_reading import BertReading

        return BertReading(self._pairs, self.torch_model, self.fp32_logits)

    def fp32_logits(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats | None:
        """A batch's logits, (batch, 1), by the fp32 form; None where no backend here is exact."""
        exact_model = self.exact()
        if exact_model.precision.drift:
            return None
        with self._fair_lock.take():
            return exact_model._backend.forward(ids, mask, segments)

    @property
    def has_torch_model(self) -> bool:
        """Whether the fp32 torch module is loaded already."""
        return self._torch is not None

    def torch_model(self) -> Any:
        """The fp32 torch module, loaded at the first call."""
        with self._lock:
            if self._torch is None:
                self._torch = self._load_torch()
            return self._torch

    def attention(self, query: str, document: str) -> AttentionMap:
        """The cross blocks of one pair, from an eager copy that shares the weights.

        SDPA returns no attention weights, and switching a shared model at run time
        would change it under another visitor; so a second module with the same
        tensors is kept.
        """
        from models.cross_encoders.attention import attention_map, eager_copy

        model = self.torch_model()
        with self._lock:
            if self._eager is None:
                self._eager = eager_copy(model)
        return attention_map(self._eager, self._pairs, query, document)
