"""How explanations read a pair, by the kind of cross-encoder: `PairReading` for each.

`BertReading` is that of the workbench's own cross-encoder, `AutoReading` of every other
sequence classifier.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import torch
from tokenizers import Encoding

from engine.types import CrossExamError, Floats, TokenizedPair
from models.attribution.fast_linear import with_fast_linears
from models.backends.backends import Tokens
from models.cross_encoders.attention import eager_copy
from models.cross_encoders.pair_recipe import PairRecipe
from models.cross_encoders.pairs import PairBuilder
from models.cross_encoders.ranking_logit import ranking_logit
from models.text.wordpiece import Ids

Fp32Logits = Callable[[Tokens, Tokens, Tokens], Floats | None]


class BertReading:
    """The workbench's own cross-encoder: a BERT of one label. Implements `PairReading`."""

    def __init__(self, pairs: PairBuilder, module: Callable[[], Any], fp32: Fp32Logits) -> None:
        self._pairs = pairs
        self._load = module
        self._fp32 = fp32
        self._for_gradients: Any = None
        self._eager: Any = None

    @property
    def module(self) -> Any:
        """A copy on the same weights, built when gradients are first asked for."""
        if self._for_gradients is None:
            self._for_gradients = with_fast_linears(self._load())
        return self._for_gradients

    @property
    def eager(self) -> Any:
        """A copy that shares all weights, built at the first call."""
        if self._eager is None:
            self._eager = eager_copy(self._load())
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
        arguments = {"input_ids": ids, "token_type_ids": segments}
        return arguments if mask is None else {**arguments, "attention_mask": mask}

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        return logits[:, 0]

    def inference(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats | None:
        return self._fp32(ids, mask, segments)

    def flow_from(self) -> str:
        return "first"


class SequenceClassifier(Protocol):
    """What `AutoReading` needs of a cross-encoder: that of `AutoCrossEncoder`."""

    @property
    def name(self) -> str: ...

    @property
    def recipe(self) -> PairRecipe: ...

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair: ...

    def pair(self, query: str, document: str) -> tuple[Encoding, int]: ...

    def special_id(self, role: str) -> int | None: ...

    def explaining_model(self) -> Any: ...

    def reads_from(self) -> str: ...


class AutoReading:
    """Reads pairs as the classifier does. Implements `PairReading`."""

    def __init__(self, cross: SequenceClassifier) -> None:
        self._cross = cross

    @property
    def module(self) -> Any:
        """A module of its own, for hooks stand on it: the one that ranks must not feel them."""
        return self._cross.explaining_model()

    @property
    def eager(self) -> Any:
        return self._cross.explaining_model()

    def tokenized(self, query: str, document: str) -> TokenizedPair:
        return self._cross.tokenize_pair(query, document)

    def rows(self, query: str, document: str) -> tuple[Ids, Ids]:
        pair, _ = self._cross.pair(query, document)
        return np.array(pair.ids, dtype=np.int32), np.array(pair.type_ids, dtype=np.int32)

    def token_id(self, role: str) -> int:
        recipe = self._cross.recipe
        token_id = recipe.pad if role == "pad" else self._cross.special_id(role)
        if token_id is None:
            raise CrossExamError(
                f"{self._cross.name} has no {role} token: use leave-one-out (delete), or the "
                "baseline of padding"
            )
        return token_id

    def arguments(
        self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        arguments = {
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids) if mask is None else mask,
        }
        return (
            {**arguments, "token_type_ids": segments} if self._cross.recipe.segments else arguments
        )

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        return ranking_logit(self._cross.recipe, logits)

    def inference(
        self,
        ids: Tokens,  # noqa: ARG002
        mask: Tokens,  # noqa: ARG002
        segments: Tokens,  # noqa: ARG002
    ) -> Floats | None:
        return None

    def flow_from(self) -> str:
        return self._cross.reads_from()
