"""What moves a cross-encoder's score, word by word, always in fp32: gradients in torch, removals
by the fastest fp32 form that is here.

`integrated_gradients`: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep Networks",
on the word embeddings. `occlusion`: leave one word out. `rollout`: Abnar & Zuidema 2020,
"Quantifying Attention Flow in Transformers". `attention_gradient`: attention times the gradient
of the logit with respect to it, summed over layers, heads and sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from threading import RLock
from typing import Any

import numpy as np
import torch

from engine.types import (
    Attribution,
    Cancel,
    CountCallback,
    CrossExamError,
    Floats,
    TokenizedPair,
    Word,
)
from engine.types.registries import explanation_methods as methods
from models.attribution.embedding_path import embedded, products_of
from models.attribution.path_integral import Crowding, integrated
from models.attribution.row_scores import Row, RowScores
from models.cross_encoders.attention import attentions_of
from models.cross_encoders.explained import ExplainedCrossEncoder

FIRST_STEPS, MOST_STEPS = 32, 256
TOLERANCE = 0.05  # residual
WORD_TOLERANCE = 0.05  # logits by which a word may still move as the steps double
# Where the default cross-encoder's gradients rise on the way from [PAD], as seen on 8 pairs of
# benchmarks/explain_dev_pairs.json: narrowly where the query stays. For another model, or another
# baseline, it only spreads the points otherwise.
STEEPEST = Crowding(centre=0.4, width=0.04)
STEEP = Crowding(centre=0.4, width=0.1)


class PairExplainer:
    """Explains the logit by which a cross-encoder ranks; safe to share between threads."""

    def __init__(self, cross_encoder: ExplainedCrossEncoder) -> None:
        self._reading = cross_encoder.pair_reading()
        self._lock = RLock()  # hooks stand on the shared model while it is integrated
        self._scored = RowScores(self._reading, self._lock)

    def tokenized(self, query: str, document: str) -> TokenizedPair:
        """The pair as the model reads it, with its words."""
        return self._reading.tokenized(query, document)

    def scores(
        self,
        query: str,
        document: str,
        removals: Sequence[Iterable[Word]],
        *,
        variant: str = methods.DELETE,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> list[float]:
        """The logit after each removal of words, in order; an empty removal scores the pair.

        "delete" takes the word's pieces out, "mask" puts [MASK] in their place. Only words
        that the model reads can be removed; what lies beyond the cut stays unread.
        """
        if variant not in methods.VARIANTS:
            raise CrossExamError(f"variant {variant!r}: give one of {', '.join(methods.VARIANTS)}")
        whole_row, segments = self._reading.rows(query, document)
        rows: list[Row] = []
        for words in removals:
            removed_positions = [position for word in words for position in word.positions]
            if variant == methods.MASKED:
                ids = whole_row.copy()
                ids[removed_positions] = self._reading.token_id("mask")
                rows.append((ids, segments))
            else:
                is_kept = np.ones(len(whole_row), dtype=bool)
                is_kept[removed_positions] = False
                rows.append((whole_row[is_kept], segments[is_kept]))
        return self._scored.logits(rows, on_progress, cancel)

    def occlusion(
        self,
        query: str,
        document: str,
        *,
        variant: str = methods.DELETE,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """What the logit loses when one word is left out, for every word.

        The baseline is the pair without any word, or with [MASK] in the place of every word.
        Values need not sum to the gap: the residual is what words do together (interaction).
        """
        pair, words = self._words(query, document)
        removals: list[Sequence[Word]] = [(), words, *((word,) for word in words)]
        scores = self.scores(
            query, document, removals, variant=variant, on_progress=on_progress, cancel=cancel
        )
        score, baseline = scores[0], scores[1]
        values = [score - without for without in scores[2:]]
        deleted = variant == methods.DELETE
        return _attribution(
            (
                methods.OCCLUSION_MASK if variant == methods.MASKED else methods.OCCLUSION_DELETE
            ).name,
            words,
            values,
            score,
            baseline,
            baseline="no word" if deleted else "every word as [MASK]",
            special_names=pair.special_names,
        )

    def integrated_gradients(
        self,
        query: str,
        document: str,
        *,
        baseline: str = methods.ALL_PADDED,
        steps: int = FIRST_STEPS,
        most_steps: int = MOST_STEPS,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """Gradients of the logit integrated from a baseline to the pair, summed by word.

        Every query and document token's embedding is that of [PAD], [MASK] or [UNK] in the
        baseline, or only the document's are that of [PAD] ("empty document"); special tokens
        and positions stay. Steps double until no word's value moves by more than 0.05 logits and
        the residual is at most 5%, or `most_steps` is reached; `word_change` says by how much.
        """
        if baseline not in methods.BASELINES:
            raise CrossExamError(
                f"baseline {baseline!r}: give one of {', '.join(methods.BASELINES)}"
            )
        pair, words = self._words(query, document)
        ids, segments = self._tensors(query, document)
        blank = ids.clone()
        replaced = {"document"} if baseline == methods.EMPTY_DOCUMENT else {"query", "document"}
        replaced_positions = [i for i, segment in enumerate(pair.segment) if segment in replaced]
        blank[0, replaced_positions] = self._reading.token_id(
            baseline if baseline in ("mask", "unk") else "pad"
        )
        score, baseline_score = self._both_ends(ids, blank, segments)
        reach = max(abs(score - baseline_score), 1.0)

        def is_complete(tokens: Floats) -> bool:
            return abs(float(tokens.sum()) - (score - baseline_score)) <= TOLERANCE * reach

        path = integrated(
            products_of(
                self._reading, self._lock, ids, blank, segments, steps, on_progress, cancel
            ),
            [word.positions for word in words],
            steps=steps,
            most_steps=most_steps,
            tolerance=WORD_TOLERANCE,
            is_complete=is_complete,
            crowding=STEEPEST if baseline == methods.EMPTY_DOCUMENT else STEEP,
        )
        values = [float(path.tokens[list(word.positions)].sum()) for word in words]
        return replace(
            _attribution(
                methods.INTEGRATED_GRADIENTS.name,
                words,
                values,
                score,
                baseline_score,
                baseline=baseline,
                special_value=float(path.tokens.sum()) - sum(values),
                special_names=pair.special_names,
            ),
            steps=path.steps,
            word_change=path.word_change,
        )

    def rollout(self, query: str, document: str) -> Attribution:
        """How much of each word flows to where the score is read, [CLS] in most models, through
        all layers; shares, not signed."""
        pair, _ = self._words(query, document)
        attentions, score, _ = self._with_attentions(query, document, gradients=False)
        size = attentions[0].shape[-1]
        flow = torch.eye(size)
        for layer in attentions:
            mean = layer[0].mean(dim=0)  # (tokens, tokens), over heads
            mixed = 0.5 * mean + 0.5 * torch.eye(size)
            flow = mixed @ flow
        rows = {"first": flow[0], "last": flow[-1], "mean": flow.mean(dim=0)}
        received = rows[self._reading.flow_from()].numpy()  # of every token; sums to 1
        return self._of_tokens(methods.ATTENTION_ROLLOUT.name, pair, received, score)

    def attention_received(self, query: str, document: str) -> Attribution:
        """The mean attention that each word receives across: query words' to the document's
        words and the other way; shares, not signed."""
        pair, _ = self._words(query, document)
        attentions, score, _ = self._with_attentions(query, document, gradients=False)
        mean = torch.stack(attentions)[:, 0].mean(dim=(0, 1)).numpy()  # (tokens, tokens)
        segment = np.array(pair.segment)
        received = np.zeros(len(segment))
        for name, other in (("query", "document"), ("document", "query")):
            rows, columns = np.flatnonzero(segment == other), np.flatnonzero(segment == name)
            received[columns] = mean[np.ix_(rows, columns)].mean(axis=0)
        return self._of_tokens(methods.ATTENTION_RECEIVED.name, pair, received, score)

    def attention_gradient(self, query: str, document: str) -> Attribution:
        """Attention that each word receives times the logit's gradient by it; signed."""
        pair, _ = self._words(query, document)
        attentions, score, gradients = self._with_attentions(query, document, gradients=True)
        received = np.zeros(len(pair.tokens))
        for layer, gradient in zip(attentions, gradients, strict=True):
            product = (layer * gradient)[0].sum(dim=(0, 1))  # over heads and sources
            received += product.detach().numpy()
        return self._of_tokens(methods.ATTENTION_GRADIENT.name, pair, received, score)

    def _words(self, query: str, document: str) -> tuple[TokenizedPair, tuple[Word, ...]]:
        pair = self._reading.tokenized(query, document)
        sides = pair.words("query"), pair.words("document")
        for name, side in zip(("query", "document"), sides, strict=True):
            if not side:
                raise CrossExamError(f"the {name} has no token: type a few words to explain")
        return pair, (*sides[0], *sides[1])

    def _of_tokens(
        self, method: str, pair: TokenizedPair, received: Any, score: float
    ) -> Attribution:
        words = (*pair.words("query"), *pair.words("document"))
        values = tuple(float(received[list(word.positions)].sum()) for word in words)
        return Attribution(
            method=method,
            words=tuple(word.text for word in words),
            values=values,
            baseline_score=None,
            score=score,
            residual=None,
            segments=tuple(word.segment for word in words),
            special_value=float(received.sum()) - sum(values),
            specials=pair.special_names,
        )

    def _tensors(self, query: str, document: str) -> tuple[torch.Tensor, torch.Tensor]:
        """(ids, segments) of a pair, each of shape (1, tokens)."""
        ids, segments = self._reading.rows(query, document)
        return (
            torch.from_numpy(ids.astype(np.int64))[None],
            torch.from_numpy(segments.astype(np.int64))[None],
        )

    def _both_ends(
        self, ids: torch.Tensor, blank: torch.Tensor, segments: torch.Tensor
    ) -> tuple[float, float]:
        """The logits of the pair and of its baseline.

        Only word embeddings are put in the baseline's place: a family that numbers positions
        by what is no padding (RoBERTa) would otherwise move all of them.
        """
        module = self._reading.module
        embeddings = module.get_input_embeddings()
        with self._lock, torch.inference_mode():
            both_embeddings = torch.cat((embeddings(ids), embeddings(blank)))
            with embedded(embeddings, lambda _: both_embeddings):
                model_inputs = self._reading.arguments(ids.expand(2, -1), segments.expand(2, -1))
                logits = self._reading.ranking(module(**model_inputs).logits)
        return float(logits[0]), float(logits[1])

    def _with_attentions(
        self, query: str, document: str, *, gradients: bool
    ) -> tuple[tuple[torch.Tensor, ...], float, Any]:
        """(attentions by layer, the logit that ranks, its gradients by them or None)."""
        ids, segments = self._tensors(query, document)
        model_inputs = self._reading.arguments(ids, segments)
        with self._lock:
            eager_module = self._reading.eager
            if not gradients:
                with torch.inference_mode():
                    out = eager_module(**model_inputs, output_attentions=True)
                attentions = attentions_of(out, ids.shape[1])
                return attentions, float(self._reading.ranking(out.logits)[0]), None
            with embedded(
                eager_module.get_input_embeddings(),
                lambda states: states.detach().requires_grad_(True),
            ):
                out = eager_module(**model_inputs, output_attentions=True)
            attentions = attentions_of(out, ids.shape[1])
            score = self._reading.ranking(out.logits)[0]
            gradients_by_layer = torch.autograd.grad(score, attentions)
            return attentions, float(score.detach()), gradients_by_layer


def _attribution(
    method: str,
    words: Sequence[Word],
    values: Sequence[float],
    score: float,
    baseline_score: float,
    *,
    baseline: str,
    special_value: float = 0.0,
    special_names: str = "",
) -> Attribution:
    gap = score - baseline_score
    missed = abs(sum(values) + special_value - gap)
    return Attribution(
        method=method,
        words=tuple(word.text for word in words),
        values=tuple(values),
        baseline_score=baseline_score,
        score=score,
        residual=missed / max(abs(gap), 1.0),
        segments=tuple(word.segment for word in words),
        special_value=special_value,
        baseline=baseline,
        specials=special_names,
    )
