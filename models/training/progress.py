"""What is known of a training while it goes on: the same for a page, the CLI and the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Point = tuple[int, float]  # (step, value)


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """How far a training is.

    `what` names the phase, of which `done` of `total` is over. `losses` are by step, `dev`
    the measure on the dev queries, that of the parent at step 0. `seconds` is the time of
    the steps alone, over all sittings; `cpu_seconds` what the process used meanwhile.
    `note` is what should be known before waiting for the end.
    """

    what: str = "starting"
    done: int = 0
    total: int = 0
    losses: tuple[Point, ...] = ()
    dev: tuple[Point, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    seconds_a_step: float | None = None
    note: str = ""

    @property
    def fraction(self) -> float | None:
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def seconds_left(self) -> float | None:
        """Of the steps that are left, by those that were measured; None outside the steps."""
        if self.seconds_a_step is None:
            return None
        return self.seconds_a_step * (self.total - self.done)

    def up_to(self, step: int) -> TrainingProgress:
        """What was known after that step."""
        return replace(
            self,
            losses=tuple(point for point in self.losses if point[0] <= step),
            dev=tuple(point for point in self.dev if point[0] <= step),
        )

    def values(self) -> dict[str, Any]:
        """The parts that are kept on the disk, as plain values."""
        return {
            "losses": [list(point) for point in self.losses],
            "dev": [list(point) for point in self.dev],
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
        }


TrainingCallback = Callable[[TrainingProgress], None]


def progress_from(values: Mapping[str, Any]) -> TrainingProgress:
    """What `values()` gave, read again; raises KeyError, TypeError or ValueError."""
    return TrainingProgress(
        losses=tuple((int(step), float(value)) for step, value in values["losses"]),
        dev=tuple((int(step), float(value)) for step, value in values["dev"]),
        seconds=float(values["seconds"]),
        cpu_seconds=float(values["cpu_seconds"]),
    )
