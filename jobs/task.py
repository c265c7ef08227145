"""Work in a thread of its own, with progress and a way to call it off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

from engine.types import Cancel, CountCallback
from jobs.background import Undertaking
from jobs.progress import Progress

T = TypeVar("T")


class Task(Undertaking, Generic[T]):
    """One piece of work; `result` is None until it ended well."""

    def __init__(self, what: str, work: Callable[[CountCallback, Cancel], T]) -> None:
        super().__init__(f"{what} failed")
        self.result: T | None = None
        self._what = what
        self._progress = (0, 0)
        self._started = time.monotonic()
        self._start(lambda: self._work(work), name=what)

    @property
    def status(self) -> Progress:
        """What is being done and how far it is, for a progress bar."""
        return Progress(self._what, *self._progress, time.monotonic() - self._started)

    def _work(self, work: Callable[[CountCallback, Cancel], T]) -> None:
        self.result = work(self._tell, self._cancelled.is_set)

    def _tell(self, done: int, total: int) -> None:
        self._progress = (done, total)
