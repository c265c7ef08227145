"""What moves a cross-encoder's score, word by word, always in fp32 torch.

`integrated_gradients`: Sundararajan, Taly & Yan 2017, "Axiomatic Attribution for Deep
Networks", by captum's LayerIntegratedGradients on the word embeddings. `occlusion`:
leave one word out. `rollout`: Abnar & Zuidema 2020, "Quantifying Attention Flow in
Transformers". `attention_gradient`: attention times the gradient of the logit with
respect to it, summed over layers, heads and sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any

import numpy as np
import torch

from models.attention import eager_twin
from models.cross_encoder import CrossEncoder
from models.lean import LeanPairLogits
from models.wordpiece import Ids, batches_by_tokens, padded
from search.types import Attribution, Cancel, Cancelled, CrossExamError, TokenizedPair, Word

Progress = Callable[[int, int], None]
BASELINES = ("empty document", "pad", "mask", "unk")
VARIANTS = ("delete", "mask")
FIRST_STEPS, MOST_STEPS = 32, 256
STEPS_AT_ONCE = 8
TOLERANCE = 0.05
TOKEN_BUDGET = 1024
LARGEST_BATCH = 16


class PairExplainer:
    """Explains the logits of one cross-encoder; safe to share between threads."""

    def __init__(self, cross_encoder: CrossEncoder) -> None:
        self._cross = cross_encoder
        self._pairs = cross_encoder.pairs
        self._model = cross_encoder.torch_model()
        # without gradients only [CLS] need leave the last layer: the same logits, a tenth sooner
        self._lean = LeanPairLogits(self._model) if hasattr(self._model, "bert") else None
        self._eager: Any = None
        self._lock = Lock()  # captum hooks the shared model while it works

    def tokenized(self, query: str, document: str) -> TokenizedPair:
        """The pair as the model reads it, with its words."""
        return self._pairs.tokenized(query, document)

    def scores(
        self,
        query: str,
        document: str,
        removals: Sequence[Iterable[Word]],
        *,
        variant: str = "delete",
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> list[float]:
        """The logit after each removal of words, in order; an empty removal scores the pair.

        "delete" takes the word's pieces out, "mask" puts [MASK] in their place. Only words
        that the model reads can be removed; what lies beyond the cut stays unread.
        """
        if variant not in VARIANTS:
            raise CrossExamError(f"variant {variant!r}: give one of {', '.join(VARIANTS)}")
        built = self._pairs.build(query, [document])[0]
        segments = np.zeros(len(built.ids), dtype=np.int32)
        segments[built.document_start :] = 1
        mask_id = self._pairs.pieces.token_id("[MASK]")
        rows: list[tuple[Ids, Ids]] = []
        for words in removals:
            gone = [position for word in words for position in word.positions]
            if variant == "mask":
                ids = built.ids.copy()
                ids[gone] = mask_id
                rows.append((ids, segments))
            else:
                kept = np.ones(len(built.ids), dtype=bool)
                kept[gone] = False
                rows.append((built.ids[kept], segments[kept]))
        return self._logits(rows, on_progress, cancel)

    def occlusion(
        self,
        query: str,
        document: str,
        *,
        variant: str = "delete",
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """What the logit loses when one word is left out, for every word.

        The baseline is the pair without any word; the values need not sum to the gap,
        and the residual says how far they miss it.
        """
        _, words = self._words(query, document)
        removals: list[Sequence[Word]] = [(), words, *((word,) for word in words)]
        scores = self.scores(
            query, document, removals, variant=variant, on_progress=on_progress, cancel=cancel
        )
        score, baseline = scores[0], scores[1]
        values = [score - without for without in scores[2:]]
        return _attribution(
            f"occlusion ({variant})", words, values, score, baseline, baseline="no word"
        )

    def integrated_gradients(
        self,
        query: str,
        document: str,
        *,
        baseline: str = "pad",
        steps: int = FIRST_STEPS,
        most_steps: int = MOST_STEPS,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """Gradients of the logit integrated from a baseline to the pair, summed by word.

        Every query and document token of the baseline is [PAD], [MASK] or [UNK], or only
        the document's are [PAD] ("empty document"); [CLS] and [SEP] stay. Steps double
        until the residual is at most 5% or `most_steps` is reached.
        """
        if baseline not in BASELINES:
            raise CrossExamError(f"baseline {baseline!r}: give one of {', '.join(BASELINES)}")
        pair, words = self._words(query, document)
        built = self._pairs.build(query, [document])[0]
        ids = torch.from_numpy(built.ids.astype(np.int64))[None]  # (1, tokens)
        segments = torch.zeros_like(ids)
        segments[0, built.document_start :] = 1
        blank = ids.clone()
        replaced = {"document"} if baseline == "empty document" else {"query", "document"}
        at = [i for i, segment in enumerate(pair.segment) if segment in replaced]
        token = {"mask": "[MASK]", "unk": "[UNK]"}.get(baseline, "[PAD]")
        blank[0, at] = self._pairs.pieces.token_id(token)
        score, baseline_score = self._pair_logits(torch.cat((ids, blank)), segments)
        while True:
            tokens = self._path_integral(ids, blank, segments, steps, on_progress, cancel)
            values = [float(tokens[list(word.positions)].sum()) for word in words]
            special = float(tokens.sum()) - sum(values)
            found = _attribution(
                "integrated gradients",
                words,
                values,
                score,
                baseline_score,
                baseline=baseline,
                special=special,
                steps=steps,
            )
            if (found.residual or 0.0) <= TOLERANCE or steps * 2 > most_steps:
                return found
            steps *= 2

    def rollout(self, query: str, document: str) -> Attribution:
        """How much of each word flows into [CLS] through all layers; shares, not signed."""
        _, words = self._words(query, document)
        out, _ = self._with_attentions(query, document, gradients=False)
        size = out.attentions[0].shape[-1]
        flow = torch.eye(size)
        for layer in out.attentions:
            mean = layer[0].mean(dim=0)  # (tokens, tokens), over heads
            mixed = 0.5 * mean + 0.5 * torch.eye(size)
            flow = mixed @ flow
        received = flow[0].numpy()  # what [CLS] holds of every token; sums to 1
        return self._of_tokens("attention rollout", words, received, float(out.logits[0, 0]))

    def attention_received(self, query: str, document: str) -> Attribution:
        """The mean attention that each word receives across: query words' to the document's
        words and the other way; shares, not signed."""
        pair, words = self._words(query, document)
        out, _ = self._with_attentions(query, document, gradients=False)
        mean = torch.stack(out.attentions)[:, 0].mean(dim=(0, 1)).numpy()  # (tokens, tokens)
        segment = np.array(pair.segment)
        received = np.zeros(len(segment))
        for name, other in (("query", "document"), ("document", "query")):
            rows, columns = np.flatnonzero(segment == other), np.flatnonzero(segment == name)
            received[columns] = mean[np.ix_(rows, columns)].mean(axis=0)
        return self._of_tokens("attention", words, received, float(out.logits[0, 0]))

    def attention_gradient(self, query: str, document: str) -> Attribution:
        """Attention that each word receives times the logit's gradient by it; signed."""
        pair, words = self._words(query, document)
        out, gradients = self._with_attentions(query, document, gradients=True)
        received = np.zeros(len(pair.tokens))
        for layer, gradient in zip(out.attentions, gradients, strict=True):
            product = (layer * gradient)[0].sum(dim=(0, 1))  # over heads and sources
            received += product.detach().numpy()
        return self._of_tokens(
            "attention × gradient", words, received, float(out.logits[0, 0].detach())
        )

    def _words(self, query: str, document: str) -> tuple[TokenizedPair, tuple[Word, ...]]:
        pair = self._pairs.tokenized(query, document)
        sides = pair.words("query"), pair.words("document")
        for name, side in zip(("query", "document"), sides, strict=True):
            if not side:
                raise CrossExamError(f"the {name} has no token: type a few words to explain")
        return pair, (*sides[0], *sides[1])

    def _of_tokens(
        self, method: str, words: Sequence[Word], received: Any, score: float
    ) -> Attribution:
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
        )

    def _logits(
        self,
        rows: Sequence[tuple[Ids, Ids]],
        on_progress: Progress | None,
        cancel: Cancel | None,
    ) -> list[float]:
        scores = [0.0] * len(rows)
        done = 0
        lengths = [len(ids) for ids, _ in rows]
        for positions in batches_by_tokens(lengths, budget=TOKEN_BUDGET, largest=LARGEST_BATCH):
            if cancel is not None and cancel():
                raise Cancelled("the explanation was cancelled")
            ids, mask = padded([rows[i][0] for i in positions], self._pairs.special.pad)
            segments, _ = padded([rows[i][1] for i in positions], 0)
            logits = self._scored(*map(torch.from_numpy, (ids, mask, segments)))
            for position, logit in zip(positions, logits[:, 0].tolist(), strict=True):
                scores[position] = logit
            done += len(positions)
            if on_progress is not None:
                on_progress(done, len(rows))
        return scores

    @torch.inference_mode()
    def _scored(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor:
        """Logits, shape (batch, 1)."""
        if self._lean is not None:
            logits: torch.Tensor = self._lean(ids, mask, segments)
        else:
            logits = self._model(input_ids=ids, attention_mask=mask, token_type_ids=segments).logits
        return logits

    def _pair_logits(self, ids: torch.Tensor, segments: torch.Tensor) -> tuple[float, float]:
        with torch.inference_mode():
            out = self._model(input_ids=ids, token_type_ids=segments.expand_as(ids))
        return float(out.logits[0, 0]), float(out.logits[1, 0])

    def _path_integral(
        self,
        ids: torch.Tensor,
        blank: torch.Tensor,
        segments: torch.Tensor,
        steps: int,
        on_progress: Progress | None,
        cancel: Cancel | None,
    ) -> Any:
        """Attributions by token, shape (tokens,)."""
        from captum.attr import LayerIntegratedGradients

        done = 0

        def forward(token_ids: torch.Tensor, segment_ids: torch.Tensor) -> torch.Tensor:
            nonlocal done
            if cancel is not None and cancel():
                raise Cancelled("the explanation was cancelled")
            if torch.is_grad_enabled() and on_progress is not None:
                done = min(steps, done + len(token_ids))
                on_progress(done, steps)
            logits: torch.Tensor = self._model(
                input_ids=token_ids, token_type_ids=segment_ids
            ).logits[:, 0]
            return logits

        embeddings = self._model.get_input_embeddings()
        with self._lock:
            found = LayerIntegratedGradients(forward, embeddings).attribute(
                ids,
                baselines=blank,
                additional_forward_args=(segments,),
                n_steps=steps,
                internal_batch_size=STEPS_AT_ONCE,
            )
        return found[0].sum(dim=-1).detach().numpy()

    def _with_attentions(self, query: str, document: str, *, gradients: bool) -> tuple[Any, Any]:
        with self._lock:
            if self._eager is None:
                self._eager = eager_twin(self._model)
        built = self._pairs.build(query, [document])[0]
        ids = torch.from_numpy(built.ids.astype(np.int64))[None]
        segments = torch.zeros_like(ids)
        segments[0, built.document_start :] = 1
        if not gradients:
            with torch.inference_mode():
                return self._eager(
                    input_ids=ids, token_type_ids=segments, output_attentions=True
                ), None
        start = self._eager.get_input_embeddings()(ids).detach().requires_grad_(True)
        out = self._eager(inputs_embeds=start, token_type_ids=segments, output_attentions=True)
        return out, torch.autograd.grad(out.logits[0, 0], out.attentions)


def _attribution(
    method: str,
    words: Sequence[Word],
    values: Sequence[float],
    score: float,
    baseline_score: float,
    *,
    baseline: str,
    special: float = 0.0,
    steps: int = 0,
) -> Attribution:
    gap = score - baseline_score
    missed = abs(sum(values) + special - gap)
    return Attribution(
        method=method,
        words=tuple(word.text for word in words),
        values=tuple(values),
        baseline_score=baseline_score,
        score=score,
        residual=missed / max(abs(gap), 1.0),
        segments=tuple(word.segment for word in words),
        special_value=special,
        baseline=baseline,
        steps=steps,
    )
