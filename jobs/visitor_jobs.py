"""The long work of each visitor: found again by whoever comes back with the same id."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from engine.types.share.walkthroughs import Draft, Walkthrough
from jobs.job import Job
from jobs.result_cache import ResultCache

MOST_VISITORS = 200
MOST_RESULTS = 40
ABANDONED_AFTER = 60.0  # seconds without a page of the visitor, after which their work ends


class Slot(StrEnum):
    """What a visitor's long work is for."""

    MEASUREMENT = "measurement"
    QUALITY_RUN = "quality run"
    CASES = "cases"
    PARITY = "parity"
    REMEDIES = "remedies"
    AUTO_JUDGE = "auto judge"
    CALIBRATION = "calibration"
    BLIND_VOTE = "blind vote"
    TRAINING = "training"
    BACKEND_BENCHMARK = "backend benchmark"
    SELF_TEST = "self-test"
    IMPORT = "import"
    ATTACHING = "attaching"
    HUB_LOOKUP = "hub lookup"
    HUB_DOWNLOAD = "hub download"
    WALKTHROUGH = "walkthrough"


class VisitorWork:
    """One visitor's jobs, each in the slot of what it is for, and results kept in memory alone.

    So are the walkthrough that they put together, and the one of a file that they opened.
    A visitor is at home while one of their sessions lives; a reload ends one and begins another.
    """

    def __init__(self) -> None:
        self.results: ResultCache[Any] = ResultCache(MOST_RESULTS)
        self.draft = Draft()
        self.opened_walkthrough: Walkthrough | None = None
        self.replaced = False  # whether this is somebody who has been recognised since
        self._jobs: dict[tuple[Slot, Hashable], Job[Any]] = {}
        self._said: WeakKeyDictionary[Job[Any], tuple[Hashable, float]] = WeakKeyDictionary()
        self._sessions = 0
        self._left_at = time.monotonic()
        self._lock = threading.Lock()

    def keep(self, slot: Slot, job: Job[Any], *, part: Hashable = None) -> None:
        """Have this job in the slot, or in this part of it; what was there is cancelled."""
        with self._lock:
            earlier = self._jobs.get((slot, part))
            self._jobs[slot, part] = job
        if earlier is not None and earlier is not job:
            earlier.cancel()

    def job(self, slot: Slot, *, part: Hashable = None) -> Job[Any] | None:
        """The job of this slot: running, or ended last."""
        return self._jobs.get((slot, part))

    def forget(self, slot: Slot) -> None:
        """Empty a slot; its job goes on."""
        with self._lock:
            self._jobs.pop((slot, None), None)

    def jobs(self, slot: Slot | None = None) -> list[Job[Any]]:
        """All jobs, or those of this slot, running or ended."""
        with self._lock:
            return [job for (job_slot, _), job in self._jobs.items() if slot in (None, job_slot)]

    def said(self, job: Job[Any], of: Hashable) -> tuple[Hashable, float]:
        """What was chosen, and when, as this visitor was first told how the job ended."""
        with self._lock:
            return self._said.setdefault(job, (of, time.monotonic()))

    @property
    def busy(self) -> bool:
        """Whether one of them is at work."""
        return any(job.running for job in self.jobs())

    def enter(self) -> None:
        """Count a session of this visitor."""
        with self._lock:
            self._sessions += 1

    def leave(self) -> None:
        """Count a session of this visitor no longer."""
        with self._lock:
            self._sessions -= 1
            self._left_at = time.monotonic()

    @property
    def at_home(self) -> bool:
        """Whether a session of this visitor lives."""
        return self._sessions > 0

    def abandoned(self) -> bool:
        """Whether the visitor left, and did not come back for a while."""
        return not self.at_home and time.monotonic() - self._left_at > ABANDONED_AFTER

    def take_over(self, other: VisitorWork) -> None:
        """Take what a visitor began before they were recognised; what they had goes first."""
        other.replaced = True
        with other._lock:
            jobs, said = dict(other._jobs), dict(other._said)
        with self._lock:
            self._jobs = {**jobs, **self._jobs}
            self._said.update(said)
            if self.draft == Draft():
                self.draft = other.draft
            self.opened_walkthrough = self.opened_walkthrough or other.opened_walkthrough


class VisitorJobs:
    """The work of all visitors by their ids; who was away for longest is forgotten first.

    An id is a secret of its visitor's browser: it is looked up, and handed to nobody.
    """

    def __init__(self, most: int = MOST_VISITORS) -> None:
        self._most = most
        self._by_visitor: dict[str, VisitorWork] = {}  # who came last, last
        self._lock = threading.Lock()

    def of(self, visitor: str) -> VisitorWork:
        """The work of a visitor, empty where they are new."""
        with self._lock:
            work = self._by_visitor.pop(visitor, None) or VisitorWork()
            self._by_visitor[visitor] = work
            idle_visitors = [
                other_visitor
                for other_visitor, other_work in self._by_visitor.items()
                if other_work is not work and not other_work.at_home and not other_work.busy
            ]
            for other_visitor in idle_visitors[: max(0, len(self._by_visitor) - self._most)]:
                del self._by_visitor[other_visitor]
            return work

    def cancel_of(self, key: Hashable) -> None:
        """Cancel what any visitor has at work for this."""
        with self._lock:
            works = list(self._by_visitor.values())
        for job in [job for work in works for job in work.jobs() if job.key == key]:
            job.cancel()

    def of_others(self, visitor: str, slot: Slot) -> list[Job[Any]]:
        """The jobs of this slot of all other visitors, running or ended."""
        with self._lock:
            work_of_others = [work for other, work in self._by_visitor.items() if other != visitor]
        return [job for work in work_of_others for job in work.jobs(slot)]
