"""Turns at something that one thread uses at a time, first come first served."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A fair lock. A forward pass uses every core: two at once would only slow each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def take(self) -> Iterator[float]:
        """Wait for a turn and hold it; gives the seconds that were waited."""
        start = time.perf_counter()
        with self._lock:
            mine = None
            if self._taken:
                mine = threading.Event()
                self._waiting.append(mine)
            self._taken = True
        if mine is not None:
            mine.wait()
        try:
            yield time.perf_counter() - start if mine is not None else 0.0
        finally:
            with self._lock:
                if self._waiting:
                    self._waiting.popleft().set()  # the turn is handed on, never let go
                else:
                    self._taken = False
