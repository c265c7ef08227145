"""How many pairs go through a cross-encoder at once."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types import CrossExamError

TOKEN_BUDGET = 1024
LARGEST_BATCH = 16


@dataclass(frozen=True, slots=True)
class Batching:
    """How many pairs go through the model at once: at most `largest`, `budget` tokens."""

    budget: int = TOKEN_BUDGET
    largest: int = LARGEST_BATCH

    def __post_init__(self) -> None:
        if self.budget < 1 or self.largest < 1:
            raise CrossExamError(
                f"a batch of {self.largest} pairs and {self.budget} tokens holds nothing: "
                "give 1 or more of each"
            )
