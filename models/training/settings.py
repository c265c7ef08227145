"""How long and how a model is trained, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.types import CrossExamError

MOST_STEPS = 100_000


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """`warmup` is a share of the steps; `max_length` the tokens that are read in training.

    A checkpoint is written, and the dev queries are measured, every `every` steps.
    """

    steps: int = 100
    batch: int = 8
    learning_rate: float = 3e-5
    warmup: float = 0.1
    max_length: int = 128
    every: int = 25
    seed: int = 13

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= MOST_STEPS:
            raise CrossExamError(f"{self.steps} steps: give 1 to {MOST_STEPS:,}")
        if not 1 <= self.batch <= 512:
            raise CrossExamError(f"{self.batch} examples a step: give 1 to 512")
        if not 0 < self.learning_rate <= 1:
            raise CrossExamError(f"learning rate {self.learning_rate}: give one such as 2e-5")
        if self.every < 1:
            raise CrossExamError(f"measuring every {self.every} steps: give 1 or more")
        if self.max_length < 8:
            raise CrossExamError(f"{self.max_length} tokens are no text: give 8 or more")

    def values(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)


def settings_from(values: Mapping[str, Any]) -> TrainingSettings:
    """What `values()` gave, read again; raises CrossExamError or TypeError."""
    return TrainingSettings(**values)
