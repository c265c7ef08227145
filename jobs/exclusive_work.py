"""Work of which the server does one piece at a time: the others wait, and learn for what."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from engine.types import Cancelled
from jobs.job import Job

LOOK_EVERY = 0.1  # seconds between two looks whether a job that waits was cancelled
T = TypeVar("T")


class ExclusiveWork:
    """Lets one job work at a time; the others wait in the order in which they came.

    A job that waits shows how far the one is that works, by its `title` alone.
    """

    def __init__(self) -> None:
        self._jobs: list[Job[Any]] = []  # the first works, the others wait
        self._changed = threading.Condition()

    @property
    def current(self) -> Job[Any] | None:
        """The job that works now."""
        with self._changed:
            return self._jobs[0] if self._jobs else None

    def alone(self, work: Callable[[Job[T]], T | None]) -> Callable[[Job[T]], T | None]:
        """The same work, begun when no other works; raises Cancelled where it is not waited for."""

        def waiting_work(job: Job[T]) -> T | None:
            with self._changed:
                self._jobs.append(job)
            try:
                self._wait(job)
                return work(job)
            finally:
                with self._changed:
                    self._jobs.remove(job)
                    self._changed.notify_all()

        return waiting_work

    def _wait(self, job: Job[Any]) -> None:
        with self._changed:
            while self._jobs[0] is not job:
                job.wait_for(self._jobs[0])
                if job.should_stop():
                    raise Cancelled(f"{job.name} was cancelled while it waited")
                self._changed.wait(LOOK_EVERY)
        job.wait_for(None)
