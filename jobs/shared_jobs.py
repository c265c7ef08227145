"""Jobs that several visitors wait for: one stops when the last of them cancels it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary, WeakSet

from engine.types import Cancelled, CrossExamError
from jobs.job import Job
from jobs.progress import Progress
from jobs.result_cache import ResultCache
from jobs.visitor_jobs import ABANDONED_AFTER, VisitorWork

T = TypeVar("T")


@dataclass(slots=True)
class _Shared(Generic[T]):
    """A job, when each visitor who waits for it last looked, and who does not want it any more."""

    job: Job[T] | None = None
    looked: WeakKeyDictionary[VisitorWork, float] = field(default_factory=WeakKeyDictionary)
    left: WeakSet[VisitorWork] = field(default_factory=WeakSet)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def joinable(self) -> bool:
        job = self.job
        return job is not None and (
            job.value is not None or (job.running and not job.stop_requested)
        )

    def look(self, visitor: VisitorWork) -> None:
        """Count this visitor among those who wait, while there is a job at work; with the lock."""
        if self.job is not None and self.job.running:
            self.looked[visitor] = time.monotonic()
        else:
            self.looked.clear()

    def awaited(self) -> bool:
        """Whether anybody waits who looked not long ago; the lock is held."""
        now = time.monotonic()
        return any(
            not visitor.replaced and now - looked < ABANDONED_AFTER
            for visitor, looked in self.looked.items()
        )


class SharedJob(Generic[T]):
    """A job as one visitor sees it, who may stop to wait for it; a job to whatever draws it."""

    def __init__(self, shared: _Shared[T], visitor: VisitorWork, job: Job[T] | None) -> None:
        self._shared, self._visitor, self._job = shared, visitor, job

    @property
    def running(self) -> bool:
        """Whether it is at work, and this visitor waits for it."""
        with self._shared.lock:
            if self._visitor in self._shared.left:
                return False
            if self._job is self._shared.job:
                self._shared.look(self._visitor)
            return self._job is not None and self._job.running

    @property
    def value(self) -> T | None:
        return self._job.value if self._job is not None else None

    @property
    def error(self) -> CrossExamError | None:
        return self._job.error if self._job is not None else None

    @property
    def cancelled(self) -> bool:
        """Whether this visitor cancelled it, or it was stopped for all."""
        return self._visitor in self._shared.left or (self._job is not None and self._job.cancelled)

    @property
    def progress(self) -> Progress:
        return self._job.progress if self._job is not None else Progress()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it ended, or this visitor waits no longer, within that time."""
        return not self.running or (self._job is not None and self._job.wait(seconds))

    def result(self) -> T:
        """What it gave; raises the CrossExamError that stopped it, Cancelled without one."""
        if self._job is None or self._visitor in self._shared.left:
            raise Cancelled("it was cancelled")
        return self._job.result()

    def cancel(self) -> None:
        """Wait for it no longer; it stops where nobody else does."""
        shared = self._shared
        with shared.lock:
            shared.left.add(self._visitor)
            shared.looked.pop(self._visitor, None)
            if shared.job is not None and not shared.awaited():
                shared.job.cancel()


class SharedJobs(Generic[T]):
    """The jobs by what they are for, each begun once for all who wait for it."""

    def __init__(self, most: int) -> None:
        self._by_key: ResultCache[_Shared[T]] = ResultCache(most)

    def of(self, key: Hashable, visitor: VisitorWork, begin: Callable[[], Job[T]]) -> SharedJob[T]:
        """The job of this key, which this visitor waits for from now on: at work, done or begun.

        One that failed, or was stopped, is begun anew; for a visitor who cancelled it none is,
        until `again`.
        """
        shared = self._by_key.get_or_make(key, _Shared)
        with shared.lock:
            if visitor not in shared.left:
                if not shared.joinable:
                    shared.job = begin()
                shared.look(visitor)
            return SharedJob(shared, visitor, shared.job)

    def again(self, key: Hashable, visitor: VisitorWork) -> None:
        """Have this visitor, who cancelled the job, wait for it anew."""
        shared = self._by_key.get(key)
        if shared is not None:
            with shared.lock:
                shared.left.discard(visitor)
