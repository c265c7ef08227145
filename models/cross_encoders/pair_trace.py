"""Traces one pair through a cross-encoder, layer by layer, in fp32 torch.

The logit lens: the model's own head applied to [CLS] after each layer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from engine.types import CrossExamError
from engine.types.explain.forward_pass import PairPass
from models.backends.pass_clock import timed
from models.cross_encoders.attention import cross_blocks, eager_copy
from models.cross_encoders.explained import ExplainedCrossEncoder

SECONDS = 0.3  # that repeated runs of one pair may take
EXACT = 1e-3  # logits by which the last layer's value may miss the score
Head = Callable[[Any, torch.Tensor], torch.Tensor]
"""The logits, (states, labels), that a model's head makes of states of shape (states, 1, d)."""


class PairTracer:
    """Traces pairs through one cross-encoder; safe to share between threads.

    It has a copy of the model that shares all weights, so that no explanation's hooks reach it.
    Raises CrossExamError for a model whose head is not known here.
    """

    def __init__(self, cross_encoder: ExplainedCrossEncoder) -> None:
        self._name = cross_encoder.name
        self._reading = cross_encoder.pair_reading()
        eager = self._reading.eager
        family = str(eager.config.model_type)
        if self._reading.flow_from() != "first" or family not in HEADS:
            raise CrossExamError(
                f"{self._name} cannot be looked into: a model of type {family!r} is not one whose "
                f"head reads the first token alone; known are {', '.join(HEADS)}"
            )
        self._head = HEADS[family]
        self._module = eager_copy(eager)

    @torch.inference_mode()
    def trace(self, query: str, document: str, *, runs: int) -> PairPass:
        """The pair's pass, timed in at most `runs` runs.

        Raises CrossExamError when query or document has no token, or where the head applied to
        the last layer does not give the score.
        """
        rows = self._reading.rows(query, document)
        ids, segments = (torch.from_numpy(row.astype(np.int64))[None] for row in rows)
        inputs = self._reading.arguments(ids, segments)
        start = time.perf_counter()
        out = self._module(**inputs, output_attentions=True, output_hidden_states=True)
        seconds = time.perf_counter() - start
        score = float(self._reading.ranking(out.logits)[0])
        attention = cross_blocks(out, self._reading.tokenized(query, document), score)
        first = torch.stack([states[0, :1] for states in out.hidden_states])  # (layers + 1, 1, d)
        lens = self._reading.ranking(self._head(self._module, first)).float().numpy()
        if not abs(float(lens[-1]) - score) <= EXACT:
            raise CrossExamError(
                f"{self._name} cannot be looked into: its head applied to the last layer gives "
                f"{float(lens[-1]):.4f} where the model gives {score:.4f}"
            )
        return PairPass(
            attention=attention,
            cls_states=first[:, 0].float().numpy(),
            lens=lens,
            clock=timed(
                lambda: self._module(**inputs), first=seconds, most_runs=runs, seconds=SECONDS
            ),
        )


def _pooler_of_base(model: Any, states: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = model.classifier(model.base_model.pooler(states))
    return logits


def _own_pooler(model: Any, states: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = model.classifier(model.pooler(states))
    return logits


def _whole_head(model: Any, states: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = model.classifier(states)
    return logits


def _with_pre_classifier(model: Any, states: torch.Tensor) -> torch.Tensor:
    logits: torch.Tensor = model.classifier(torch.relu(model.pre_classifier(states[:, 0])))
    return logits


def _with_final_norm(model: Any, states: torch.Tensor) -> torch.Tensor:
    """The last state has passed the model's final norm already, those before it have not."""
    normed = torch.cat((model.base_model.final_norm(states[:-1]), states[-1:]))
    logits: torch.Tensor = model.classifier(model.head(normed[:, 0]))
    return logits


HEADS: Mapping[str, Head] = {
    "bert": _pooler_of_base,
    "roberta": _whole_head,
    "xlm-roberta": _whole_head,
    "camembert": _whole_head,
    "electra": _whole_head,
    "deberta": _own_pooler,
    "deberta-v2": _own_pooler,
    "distilbert": _with_pre_classifier,
    "modernbert": _with_final_norm,
}
