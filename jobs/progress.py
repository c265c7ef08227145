"""How far a piece of work is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What a job is doing, and how far it is (total 0: not known).

    `seconds` is the job's time so far; `rate` how many a second were done since this step
    began, 0 where it is not known.
    """

    step: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    seconds: float = 0.0
    rate: float = 0.0

    @property
    def fraction(self) -> float | None:
        """From 0 to 1, None where it is not known."""
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds_left(self) -> float | None:
        """How long the step takes still at this rate, None where that is not known."""
        return (self.total - self.done) / self.rate if self.rate and self.total else None
