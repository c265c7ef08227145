"""What a training learnt so far: the same for a page, the CLI and the disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

LEARNING = "learning"  # the phase whose progress is counted in steps
Point = tuple[int, float]  # (step, value)


@dataclass(frozen=True, slots=True)
class TrainingCurves:
    """The losses by step, and the measure on the dev queries, that of the parent at step 0.

    `seconds` is the time of the steps alone, however often the training was paused;
    `cpu_seconds` what the process used meanwhile. `warning` is what to read before
    waiting for the end.
    """

    losses: tuple[Point, ...] = ()
    dev: tuple[Point, ...] = ()
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    warning: str = ""

    def up_to(self, step: int) -> TrainingCurves:
        """The curves up to that step."""
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


CurvesCallback = Callable[[TrainingCurves], None]


def curves_from(values: Mapping[str, Any]) -> TrainingCurves:
    """What `values()` gave, read again; raises KeyError, TypeError or ValueError."""
    return TrainingCurves(
        losses=tuple((int(step), float(value)) for step, value in values["losses"]),
        dev=tuple((int(step), float(value)) for step, value in values["dev"]),
        seconds=float(values["seconds"]),
        cpu_seconds=float(values["cpu_seconds"]),
    )
