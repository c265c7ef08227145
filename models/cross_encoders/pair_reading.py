"""How an explanation reads a pair: what `PairExplainer` needs of a cross-encoder, any family.

`PairReading` is the need; `BertReading` meets it for the workbench's own cross-encoder,
`models.cross_encoders.auto_reading.AutoReading` for every other sequence classifier.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch

from engine.types import TokenizedPair
from models.backends.inference_modules import InferencePairLogits
from models.cross_encoders.attention import eager_twin
from models.cross_encoders.pairs import PairBuilder
from models.text.wordpiece import Ids


class PairReading(Protocol):
    """A cross-encoder's pairs, its fp32 torch modules and the logit that ranks."""

    def tokenized(self, query: str, document: str) -> TokenizedPair: ...

    def rows(self, query: str, document: str) -> tuple[Ids, Ids]:
        """(ids, segments) of a pair, each of shape (tokens,)."""
        ...

    def token_id(self, role: str) -> int:
        """The id of the "pad", "mask" or "unk" token; raises CrossExamError without one."""
        ...

    @property
    def module(self) -> Any:
        """The module for gradients; nothing else computes with it."""
        ...

    @property
    def eager(self) -> Any:
        """The module that gives its attention weights too."""
        ...

    def arguments(
        self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        """What either module is called with; all of shape (batch, tokens)."""
        ...

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        """The logit that ranks, shape (batch,), of the model's logits (batch, labels)."""
        ...

    def lean(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor | None:
        """The model's logits by a faster way without gradients; None where there is none."""
        ...

    def flow_from(self) -> str:
        """Where the classifier reads its score: "first" token, "last", or the "mean" of all."""
        ...


class BertReading:
    """The workbench's own cross-encoder: a BERT of one label. Implements `PairReading`."""

    def __init__(self, pairs: PairBuilder, module: Any) -> None:
        self._pairs = pairs
        self.module = module
        # without gradients only [CLS] need leave the last layer: the same logits, a tenth sooner
        self._lean = InferencePairLogits(self.module) if hasattr(self.module, "bert") else None
        self._eager: Any = None

    @property
    def eager(self) -> Any:
        """A twin that shares all weights, made at the first call."""
        if self._eager is None:
            self._eager = eager_twin(self.module)
        return self._eager

    def tokenized(self, query: str, document: str) -> TokenizedPair:
        return self._pairs.tokenized(query, document)

    def rows(self, query: str, document: str) -> tuple[Ids, Ids]:
        built = self._pairs.build(query, [document])[0]
        segments = np.zeros(len(built.ids), dtype=np.int32)
        segments[built.document_start :] = 1
        return built.ids, segments

    def token_id(self, role: str) -> int:
        if role == "pad":
            return self._pairs.special.pad
        return self._pairs.pieces.token_id({"mask": "[MASK]", "unk": "[UNK]"}[role])

    def arguments(
        self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        found = {"input_ids": ids, "token_type_ids": segments}
        return found if mask is None else {**found, "attention_mask": mask}

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        return logits[:, 0]

    def lean(
        self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor
    ) -> torch.Tensor | None:
        return None if self._lean is None else self._lean(ids, mask, segments)

    def flow_from(self) -> str:
        return "first"
