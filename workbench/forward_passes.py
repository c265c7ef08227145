"""One forward pass of both models on a query and its documents, for pictures of what happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.explain.forward_pass import document_pass
from engine.types import CrossExamError, Log
from engine.types.aliases import silent
from engine.types.explain.forward_pass import ForwardPass
from workbench.explainers import Explainers
from workbench.keyed_cache import KeyedCache
from workbench.model_loader import ModelLoader

if TYPE_CHECKING:  # tracers import torch, which the first pass loads
    from models.bi_encoders.bi_encoder import BiEncoder
    from models.bi_encoders.text_trace import TextTracer
    from models.cross_encoders.pair_trace import PairTracer

RUNS = 3  # of what is timed for the first document; the others are timed once


class ForwardPasses:
    """Traces a bi-encoder and a cross-encoder; each tracer is built once and shared."""

    def __init__(self, models: ModelLoader, explainers: Explainers) -> None:
        self._models = models
        self._explainers = explainers
        self._pair_tracers = KeyedCache[str, "PairTracer"]()
        self._text_tracers = KeyedCache[str, "TextTracer"]()

    def trace(
        self,
        query: str,
        documents: Sequence[tuple[str, str]],
        *,
        reranker: str = "",
        encoder: str = "",
        log: Log = silent,
    ) -> ForwardPass:
        """The query with every document, each a (title, text), through both models in fp32.

        `reranker` and `encoder` are an additional cross-encoder and an additional bi-encoder that
        stand in for the default ones. Raises CrossExamError without a document, for a text
        without a token, and for a model that cannot be looked into.
        """
        if not documents:
            raise CrossExamError("there is no document to look into: name one at least")
        cross = self._explainers.explained(reranker, log)
        bi = self._models.encoder(encoder, log)
        pairs, texts = self._pair_tracer(reranker, log), self._text_tracer(bi, log)
        query_pass = texts.trace(query, "query", runs=RUNS)
        traced = []
        for number, (title, text) in enumerate(documents):
            runs = 1 if number else RUNS
            alone = texts.trace(text, "document", runs=runs)
            traced.append(
                document_pass(title, query_pass, alone, pairs.trace(query, text, runs=runs))
            )
        return ForwardPass(
            query=query,
            bi_encoder=bi.name,
            cross_encoder=cross.name,
            pooling=texts.pooling,
            explains=cross.explains,
            query_pass=query_pass,
            documents=tuple(traced),
            cosine_clock=texts.cosine_clock(query_pass, traced[0].alone),
        )

    def revisions(self, *, reranker: str = "", encoder: str = "") -> tuple[str, str]:
        """What tells both models from others that had their names before."""
        cross = self._explainers.explained(reranker)
        return cross.revision, self._models.encoder(encoder).revision

    def forget_encoder(self, model: str) -> None:
        """Make what traces this additional bi-encoder anew when it is next asked for."""
        self._text_tracers.forget(lambda name: name == model)

    def forget_reranker(self, model: str) -> None:
        """Make what traces this additional reranker anew when it is next asked for."""
        self._pair_tracers.forget(lambda name: name.partition("#")[0] == model)

    def _pair_tracer(self, reranker: str, log: Log) -> PairTracer:
        cross = self._explainers.explained(reranker, log)

        def make() -> PairTracer:
            from models.cross_encoders.pair_trace import PairTracer

            log("loading the fp32 cross-encoder")
            return PairTracer(cross)

        return self._pair_tracers.get(reranker, make)

    def _text_tracer(self, bi: BiEncoder, log: Log) -> TextTracer:
        def make() -> TextTracer:
            from models.bi_encoders.text_trace import TextTracer

            log("loading the fp32 bi-encoder")
            return TextTracer(bi)

        return self._text_tracers.get(bi.name, make)
