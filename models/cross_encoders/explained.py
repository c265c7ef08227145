"""What explanations ask of a cross-encoder, whichever class it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine.types import Explainable

if TYPE_CHECKING:  # it imports torch, which the first explanation loads
    from models.cross_encoders.pair_reading import PairReading


@runtime_checkable
class ExplainedCrossEncoder(Explainable, Protocol):
    """A cross-encoder whose score can be explained word by word."""

    def pair_reading(self) -> PairReading:
        """How explanations read its pairs, in fp32 torch."""
        ...
