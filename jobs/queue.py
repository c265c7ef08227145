"""A visitor's work list: asked for anew by each run of the page, worked off by one thread."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from engine.types import Cancel, Cancelled, CrossExamError
from jobs.background import Worker

REMEMBERED = 400
ABANDONED_AFTER = 30.0  # seconds without a page that asks
_LOG = logging.getLogger(__name__)

Tell = Callable[[str, int, int, str], None]  # what, done, total, of what unit


class Named(Hashable, Protocol):
    """Something to make, told from others by its value."""

    @property
    def name(self) -> str:
        """What is being done, for a progress bar."""
        ...


A = TypeVar("A", bound=Named)


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being worked on, and how far it is (total 0: not known)."""

    what: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def sentence(self) -> str:
        """ "Integrated gradients: 16 of 32 steps", or the name alone."""
        what = self.what[:1].upper() + self.what[1:]
        if not self.total:
            return f"{what} …"
        return f"{what}: {self.done:,} of {self.total:,} {self.unit}".rstrip()


class Results:
    """What was explained last, for all visitors; the oldest is dropped."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, ask: Hashable) -> Any:
        """The result, None where there is none."""
        with self._lock:
            if ask in self._values:
                self._values.move_to_end(ask)
            return self._values.get(ask)

    def keep(self, ask: Hashable, value: Any) -> None:
        with self._lock:
            self._values[ask] = value
            self._values.move_to_end(ask)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


class Desk(Generic[A]):
    """What one visitor's page wants, worked off in order by one thread.

    Each run of the page says all that it wants; what it no longer wants is cancelled.
    What the visitor stopped stays stopped until `resume`. Where no page asked how far it
    is for a while, the visitor has left, and the work is dropped until they come back.
    """

    def __init__(self, results: Results, make: Callable[[A, Results, Tell, Cancel], Any]) -> None:
        self._results = results
        self._make = make
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._queue: list[A] = []
        self._now: A | None = None
        self._cancelled = threading.Event()
        self._errors: dict[A, CrossExamError] = {}
        self._stopped: set[A] = set()
        self._requested: set[A] = set()
        self._thread: threading.Thread | None = None
        self._seen = time.monotonic()
        self.progress = Progress()

    def want(self, asks: Sequence[A]) -> None:
        """Work on these, first things first, and on nothing else."""
        with self._lock:
            self._seen = time.monotonic()
            wanted = set(asks)
            self._stopped &= wanted
            self._errors = {ask: e for ask, e in self._errors.items() if ask in wanted}
            self._queue = [
                ask
                for ask in dict.fromkeys(asks)
                if ask != self._now and self._is_open(ask) and self._results.get(ask) is None
            ]
            if self._now is not None:
                if self._now not in wanted:
                    self._cancelled.set()
                elif self._cancelled.is_set() and self._now not in self._stopped:
                    self._queue.insert(0, self._now)  # wanted again while it was ending
            if self._queue and self._thread is None:
                self._thread = Worker(self._work, name="explain", cancel=self.stop)
                self._thread.start()

    def request(self, ask: A) -> None:
        """Remember that the visitor asked for this, which is made on request only."""
        self._requested.add(ask)

    def requested(self, asks: Sequence[A]) -> list[A]:
        """Those of these that the visitor asked for."""
        return [ask for ask in asks if ask in self._requested]

    def result(self, ask: A) -> Any:
        """What was found, None while there is nothing."""
        return self._results.get(ask)

    def error(self, asks: Sequence[A]) -> CrossExamError | None:
        """Why one of these could not be made."""
        return next((self._errors[ask] for ask in asks if ask in self._errors), None)

    def stopped(self, asks: Sequence[A]) -> bool:
        """Whether the visitor stopped one of these."""
        return any(ask in self._stopped and self._results.get(ask) is None for ask in asks)

    def waiting(self, asks: Sequence[A]) -> list[A]:
        """Those that are still to come."""
        self._seen = time.monotonic()
        return [ask for ask in asks if self._is_open(ask) and self._results.get(ask) is None]

    def working_on(self, asks: Sequence[A]) -> bool:
        """Whether one of these is in hand now, not merely in the queue."""
        return self._now in asks

    def wait(self, asks: Sequence[A], seconds: float) -> bool:
        """Whether all of these ended, well or not, within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.waiting(asks), seconds)

    @property
    def busy(self) -> bool:
        return self._thread is not None

    def wait_all(self, seconds: float) -> bool:
        """Whether nothing is left to do within that time."""
        with self._changed:
            self._seen = time.monotonic() + seconds
            return self._changed.wait_for(lambda: not self.busy, seconds)

    def stop(self) -> None:
        """Stop all work, at the visitor's wish."""
        with self._lock:
            self._stopped |= {*self._queue, *([self._now] if self._now else [])}
            self._queue = []
            self._cancelled.set()
            self._changed.notify_all()

    def resume(self) -> None:
        """Let what was stopped be worked on again, at the next `want`."""
        with self._lock:
            self._stopped = set()

    def _is_open(self, ask: A) -> bool:
        return ask not in self._errors and ask not in self._stopped

    def _called_off(self) -> bool:
        return self._cancelled.is_set() or time.monotonic() - self._seen > ABANDONED_AFTER

    def _next(self) -> A | None:
        with self._lock:
            left = time.monotonic() - self._seen > ABANDONED_AFTER
            queue = [] if left else self._queue
            self._queue = [ask for ask in queue if self._results.get(ask) is None]
            self._now = self._queue.pop(0) if self._queue else None
            if self._now is None:
                self._thread = None
                self._changed.notify_all()
                return None
            self._cancelled.clear()
            self.progress = Progress(self._now.name)
            return self._now

    def _work(self) -> None:
        while (ask := self._next()) is not None:
            try:
                found = self._make(ask, self._results, self._tell, self._called_off)
                self._results.keep(ask, found)
            except Cancelled:
                pass
            except CrossExamError as error:
                self._errors[ask] = error
            except Exception as error:  # the page must hear of it, whatever it is
                _LOG.exception("%s failed", ask.name)
                self._errors[ask] = CrossExamError(
                    f"{ask.name} failed ({type(error).__name__}: {error}); the server's log "
                    "has more"
                )
            with self._changed:
                self._changed.notify_all()

    def _tell(self, what: str, done: int, total: int, unit: str) -> None:
        self.progress = Progress(what, done, total, unit)
