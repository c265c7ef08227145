"""How explanations read the pairs of any sequence classifier: see `pair_reading`."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from tokenizers import Encoding

from engine.types import CrossExamError, TokenizedPair
from models.cross_encoders.pair_recipe import PairRecipe
from models.cross_encoders.ranking_logit import ranking_logit
from models.text.wordpiece import Ids


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
        import numpy as np

        pair, _ = self._cross.pair(query, document)
        return np.array(pair.ids, dtype=np.int32), np.array(pair.type_ids, dtype=np.int32)

    def token_id(self, role: str) -> int:
        recipe = self._cross.recipe
        found = recipe.pad if role == "pad" else self._cross.special_id(role)
        if found is None:
            raise CrossExamError(
                f"{self._cross.name} has no {role} token: use leave-one-out (delete), or the "
                "baseline of padding"
            )
        return found

    def arguments(
        self, ids: torch.Tensor, segments: torch.Tensor, mask: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        found = {
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids) if mask is None else mask,
        }
        return {**found, "token_type_ids": segments} if self._cross.recipe.segments else found

    def ranking(self, logits: torch.Tensor) -> torch.Tensor:
        return ranking_logit(self._cross.recipe, logits)

    def lean(
        self,
        ids: torch.Tensor,  # noqa: ARG002
        mask: torch.Tensor,  # noqa: ARG002
        segments: torch.Tensor,  # noqa: ARG002
    ) -> torch.Tensor | None:
        return None

    def flow_from(self) -> str:
        return self._cross.reads_from()
