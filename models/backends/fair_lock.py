"""Turns at something that one thread uses at a time, first come first served."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class WorkTime:
    """The seconds of a block's own work, and those it waited for its turns."""

    seconds: float = 0.0
    waited: float = 0.0


class FairLock:
    """A fair lock. A forward pass uses every core: two at once would only slow each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False
        self._of_thread = threading.local()  # `waited`: its seconds of waiting so far

    @property
    def waited(self) -> float:
        """The seconds that this thread has waited for turns so far."""
        return float(getattr(self._of_thread, "waited", 0.0))

    @contextmanager
    def timed(self) -> Iterator[WorkTime]:
        """Measure a block that takes turns: what it gives is filled in when the block ends."""
        time_spent = WorkTime()
        waited, start = self.waited, time.perf_counter()
        try:
            yield time_spent
        finally:
            time_spent.waited = self.waited - waited
            time_spent.seconds = time.perf_counter() - start - time_spent.waited

    @contextmanager
    def take(self) -> Iterator[float]:
        """Wait for a turn and hold it; gives the seconds that were waited, also to `timed`."""
        start = time.perf_counter()
        with self._lock:
            mine = None
            if self._taken:
                mine = threading.Event()
                self._waiting.append(mine)
            self._taken = True
        if mine is not None:
            mine.wait()
        seconds = time.perf_counter() - start if mine is not None else 0.0
        self._of_thread.waited = self.waited + seconds
        try:
            yield seconds
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()  # the turn is handed on, never let go
                else:
                    self._taken = False
