"""Work on corpora in the background: imports and figures, with a step's name and progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.types import Cancel, ProgressCallback
from jobs.task import Task

T = TypeVar("T")


class SteppedTask(Task[T]):
    """A task of several steps, each told by its name: work(told, cancel)."""

    def __init__(self, what: str, work: Callable[[ProgressCallback, Cancel], T]) -> None:
        super().__init__(what, lambda _, cancel: work(self._step, cancel))

    def _step(self, what: str, done: int, total: int) -> None:
        self._what = what
        self._tell(done, total)
