"""Measurements in the background, and their results for as long as the session lasts."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar, cast

from engine.types import Cancel, ProgressCallback
from jobs.concurrent_work import wait_for_indexing
from jobs.exclusive_work import ExclusiveWork
from jobs.job import Job
from jobs.result_cache import ResultCache
from jobs.visitor_jobs import Slot, VisitorWork

T = TypeVar("T")
Work = Callable[[ProgressCallback, Cancel], Any]


class Measurements:
    """A visitor's results by key, and the one measurement that may be running.

    Measurements of all visitors are `exclusive` work, so that two do not disturb each other.
    One whose visitor left ends: its result would be seen by nobody.
    """

    def __init__(self, work: VisitorWork, exclusive: ExclusiveWork) -> None:
        self._work, self._exclusive = work, exclusive

    @property
    def results(self) -> ResultCache[Any]:
        """What was measured last, by key."""
        return self._work.results

    @property
    def current(self) -> Job[Any] | None:
        """The measurement that runs, or ended last."""
        return self._work.job(Slot.MEASUREMENT)

    def start(self, key: Hashable, work: Work) -> None:
        """Measure in the background; the result takes the old one's place when it is there."""
        self._work.keep(
            Slot.MEASUREMENT,
            Job(
                "measure",
                self._exclusive.alone(lambda job: self._measure(job, work)),
                key=key,
                title="a measurement",
                first_step="starting",
                failed="the measurement failed",
                abandoned=self._work.abandoned,
            ),
        )

    def cancel(self) -> None:
        """Stop what is running; its result so far is dropped."""
        if self.current is not None:
            self.current.cancel()

    def _measure(self, job: Job[Any], work: Work) -> None:
        wait_for_indexing(job.report, job.should_stop)
        result = work(job.report, job.should_stop)
        if result is not None and not job.cancelled:
            self.results.keep(job.key, result)


class Experiment(Generic[T]):
    """One thing that can be measured: its last result, and how its measuring stands."""

    def __init__(self, measurements: Measurements, key: Hashable) -> None:
        self._measurements = measurements
        self.key = key

    @property
    def result(self) -> T | None:
        """What was last measured, None if nothing was."""
        return cast("T | None", self._measurements.results.get(self.key))

    @property
    def job(self) -> Job[Any] | None:
        """Its measuring: running, or ended last; None where another one came after it."""
        current = self._measurements.current
        return current if current is not None and current.key == self.key else None

    def start(self, work: Callable[[ProgressCallback, Cancel], T | None]) -> None:
        """Measure in the background."""
        self._measurements.start(self.key, work)
