"""What explanations ask of a cross-encoder, whichever class it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from engine.types import Explainable, Floats, TokenizedPair
from models.backends.backends import Tokens
from models.text.wordpiece import Ids

if TYPE_CHECKING:  # the first explanation loads it
    import torch


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

    def inference(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats | None:
        """The model's logits, (batch, labels), by its fast fp32 form; None where it has none."""
        ...

    def flow_from(self) -> str:
        """Where the classifier reads its score: "first" token, "last", or the "mean" of all."""
        ...


@runtime_checkable
class ExplainedCrossEncoder(Explainable, Protocol):
    """A cross-encoder whose score can be explained word by word."""

    def pair_reading(self) -> PairReading:
        """How explanations read its pairs, in fp32 torch."""
        ...
