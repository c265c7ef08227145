"""Clocks: of a piece of work, and of a whole search, stopped while the consumer draws."""

from __future__ import annotations

import time
from collections.abc import Callable


def wall_seconds(work: Callable[[], object]) -> float:
    """The seconds that the work takes; it is done once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Stopwatch:
    """Adds up the seconds between `start` and `pause`."""

    def __init__(self) -> None:
        self._total = 0.0
        self._since: float | None = None

    def start(self) -> None:
        if self._since is None:
            self._since = time.perf_counter()

    def pause(self) -> None:
        if self._since is not None:
            self._total += time.perf_counter() - self._since
            self._since = None

    @property
    def seconds(self) -> float:
        """Seconds counted so far."""
        running = time.perf_counter() - self._since if self._since is not None else 0.0
        return self._total + running
