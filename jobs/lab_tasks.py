"""Measurements in the background, and their results for as long as the session lasts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from engine.types import Cancel, ProgressCallback
from jobs.background import Undertaking
from jobs.disturbance import wait_for_indexing

REMEMBERED = 40
T = TypeVar("T")
Work = Callable[[ProgressCallback, Cancel], Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a measurement is doing, and how far it is (total 0: not known)."""

    what: str
    done: int = 0
    total: int = 0

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0


class Measurement(Undertaking):
    """One measurement in a thread. It waits for its turn, so that two do not disturb each other.

    `keep` is called with the result, and only when the measurement was not cancelled.
    """

    def __init__(
        self, key: Hashable, work: Work, keep: Callable[[Any], None], turn: threading.Lock
    ) -> None:
        super().__init__("the measurement failed")
        self.key = key
        self.progress = Progress("starting")
        self._start(lambda: self._work(work, keep, turn), name="measure")

    def _work(self, work: Work, keep: Callable[[Any], None], turn: threading.Lock) -> None:
        while not turn.acquire(timeout=0.1):
            self._tell("waiting for another visitor's measurement", 0, 0)
            if self.cancelled:
                return
        try:
            wait_for_indexing(self._tell, self._cancelled.is_set)
            result = work(self._tell, self._cancelled.is_set)
        finally:
            turn.release()
        if result is not None and not self.cancelled:
            keep(result)

    def _tell(self, what: str, done: int, total: int) -> None:
        self.progress = Progress(what, done, total)


class Shelf:
    """A visitor's results by key, and the one measurement that may be running."""

    def __init__(self, turn: threading.Lock) -> None:
        self._turn = turn
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self.current: Measurement | None = None

    def result(self, key: Hashable) -> Any:
        """What was last measured for this key, None if nothing was."""
        return self._results.get(key)

    def start(self, key: Hashable, work: Work) -> Measurement:
        """Measure in the background; the result takes the old one's place when it is there."""
        self.cancel()
        self.current = Measurement(key, work, lambda result: self._keep(key, result), self._turn)
        return self.current

    def cancel(self) -> None:
        """Stop what is running; its result so far is dropped."""
        if self.current is not None:
            self.current.cancel()

    def _keep(self, key: Hashable, result: Any) -> None:
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > REMEMBERED:
            self._results.popitem(last=False)


class Experiment(Generic[T]):
    """One thing that can be measured: its last result, and how its measuring stands."""

    def __init__(self, shelf: Shelf, key: Hashable) -> None:
        self._shelf = shelf
        self.key = key

    @property
    def result(self) -> T | None:
        """What was last measured, None if nothing was."""
        return cast("T | None", self._shelf.result(self.key))

    @property
    def measurement(self) -> Measurement | None:
        """Its measurement: running, or ended last; None where another one came after it."""
        current = self._shelf.current
        return current if current is not None and current.key == self.key else None

    def start(self, work: Callable[[ProgressCallback, Cancel], T | None]) -> None:
        """Measure in the background."""
        self._shelf.start(self.key, work)
