"""A visitor's work list: asked for anew by each run of the page, one job after another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from engine.types import CrossExamError
from jobs.job import Job
from jobs.progress import Progress
from jobs.result_cache import ResultCache

ABANDONED_AFTER = 30.0  # seconds without a page that asks


class Named(Hashable, Protocol):
    """Something to make, distinguished by its value."""

    @property
    def name(self) -> str:
        """What is being done, for a progress bar."""
        ...


A = TypeVar("A", bound=Named)


class JobQueue(Generic[A]):
    """What one visitor's page wants, worked off in order, one job at a time.

    Each run of the page says all that it wants; what it no longer wants is cancelled.
    What the visitor stopped stays stopped until `resume`. Where no page asked how far it
    is for a while, the visitor has left, and the work is dropped until they come back.
    """

    def __init__(
        self,
        results: ResultCache[Any],
        make: Callable[[A, ResultCache[Any], Job[Any]], Any],
        *,
        name: str = "explain",
        title: str = "other work",
    ) -> None:
        self._results = results
        self._make = make
        self._name, self._title = name, title
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._queue: list[A] = []
        self._now: A | None = None
        self._job: Job[Any] | None = None
        self._errors: dict[A, CrossExamError] = {}
        self._stopped: set[A] = set()
        self._requested: set[A] = set()
        self._handled = False  # whether a cancellation of what is in hand is dealt with
        self._seen = time.monotonic()

    def want(self, asks: Sequence[A]) -> None:
        """Work on these, first things first, and on nothing else."""
        with self._lock:
            self._seen = time.monotonic()
            wanted_asks = set(asks)
            self._stopped &= wanted_asks
            self._errors = {ask: e for ask, e in self._errors.items() if ask in wanted_asks}
            self._queue = [
                ask for ask in dict.fromkeys(asks) if ask != self._now and self._is_open(ask)
            ]
            if self._now is not None and self._job is not None:
                if self._now not in wanted_asks:
                    self._handled = True
                    self._job.cancel()
                elif self._job.cancelled and self._now not in self._stopped:
                    self._handled = True
                    self._queue.insert(0, self._now)  # wanted again while it was ending
            if self._now is None:
                self._start_next()

    def request(self, ask: A) -> None:
        """Remember that the visitor asked for this, which is computed on request only."""
        self._requested.add(ask)

    def requested(self, asks: Sequence[A]) -> list[A]:
        """Those of these that the visitor asked for."""
        return [ask for ask in asks if ask in self._requested]

    def result(self, ask: A) -> Any:
        """The result, None while there is none."""
        return self._results.get(ask)

    def error(self, asks: Sequence[A]) -> CrossExamError | None:
        """Why one of these failed."""
        return next((self._errors[ask] for ask in asks if ask in self._errors), None)

    def stopped(self, asks: Sequence[A]) -> bool:
        """Whether the visitor stopped one of these."""
        return any(ask in self._stopped and self._results.get(ask) is None for ask in asks)

    def waiting(self, asks: Sequence[A]) -> list[A]:
        """Those that are still to come."""
        self._seen = time.monotonic()
        return [ask for ask in asks if self._is_open(ask)]

    def working_on(self, asks: Sequence[A]) -> bool:
        """Whether one of these is in hand now, not merely in the queue."""
        return self._now in asks

    @property
    def progress(self) -> Progress:
        """How far that is which is in hand, or was last."""
        return self._job.progress if self._job is not None else Progress()

    @property
    def cancelled(self) -> bool:
        """Whether what is in hand was cancelled, and is about to end."""
        return self._job is not None and self._job.cancelled

    @property
    def busy(self) -> bool:
        return self._now is not None

    def wait(self, asks: Sequence[A], seconds: float) -> bool:
        """Whether all of these ended, well or not, within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.waiting(asks), seconds)

    def wait_all(self, seconds: float) -> bool:
        """Whether nothing is left to do within that time."""
        with self._changed:
            self._seen = time.monotonic() + seconds
            return self._changed.wait_for(lambda: not self.busy, seconds)

    def stop(self) -> None:
        """Stop all work, at the visitor's wish."""
        with self._lock:
            self._stopped |= {*self._queue, *([self._now] if self._now is not None else [])}
            self._queue = []
            self._handled = True
            if self._job is not None:
                self._job.cancel()
            self._changed.notify_all()

    def resume(self) -> None:
        """Let what was stopped be worked on again, at the next `want`."""
        with self._lock:
            self._stopped = set()

    def _is_open(self, ask: A) -> bool:
        closed = ask in self._errors or ask in self._stopped
        return not closed and self._results.get(ask) is None

    def _abandoned(self) -> bool:
        return time.monotonic() - self._seen > ABANDONED_AFTER

    def _start_next(self) -> None:
        """Begin the next job, if anything is left to do; the lock is held."""
        queue = [] if self._abandoned() else [ask for ask in self._queue if self._is_open(ask)]
        self._now, self._queue = (queue[0], queue[1:]) if queue else (None, [])
        self._handled = False
        if self._now is not None:
            ask = self._now
            self._job = Job(
                self._name,
                lambda job: self._make(ask, self._results, job),
                key=ask,
                title=self._title,
                first_step=ask.name,
                failed=f"{ask.name} failed",
                abandoned=self._abandoned,
                on_end=self._after,
            )
        self._changed.notify_all()

    def _after(self, job: Job[Any]) -> None:
        """Keep what a job gave, and go on with the next."""
        with self._lock:
            ask = self._now
            assert ask is not None
            if job.error is not None:
                self._errors[ask] = job.error
            elif job.value is not None:
                self._results.keep(ask, job.value)
            elif job.stop_requested and not self._handled:
                self.stop()  # by whoever ends all work: nothing more may begin
            self._start_next()
