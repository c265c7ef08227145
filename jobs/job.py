"""Work in a thread of its own: its progress, its end, and what came of it."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from engine.types import Cancelled, CrossExamError
from jobs.background import Worker
from jobs.progress import Progress

SOON = 1.0  # seconds after which a rate means something
_LOG = logging.getLogger(__name__)
T = TypeVar("T")
E = TypeVar("E", bound=BaseException)


class Job(Generic[T]):
    """Work that goes on in the background from now on: `work` is called with this job.

    `value` is what it gave, or, of a job that publishes on the way, the fullest so far; None
    before that. `error` says why it failed, `cancellation` what it said when it was cancelled;
    `on_cancel` replaces those words. `failed` begins the sentence on an error that nobody
    expected. `key` is what the job is for; `indexes` says that it embeds a corpus. `title` is
    all that other visitors learn of it: no text that anybody typed.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[Job[T]], T | None],
        *,
        key: Hashable = None,
        title: str = "other work",
        first_step: str = "",
        failed: str = "",
        on_cancel: str = "",
        indexes: bool = False,
        abandoned: Callable[[], bool] | None = None,
        on_end: Callable[[Job[Any]], None] | None = None,
    ) -> None:
        self.name, self.key, self.title = name, key, title
        self.value: T | None = None
        self.error: CrossExamError | None = None
        self.cancellation: Cancelled | None = None
        self._failed, self._on_cancel = failed or f"{name} failed", on_cancel
        self._abandoned, self._on_end = abandoned, on_end
        self._cancelled, self._ended = threading.Event(), threading.Event()
        self.started = time.monotonic()
        self._now = Progress(first_step or name)
        self._step_began = (self.started, 0)
        self._waits_for: Job[Any] | None = None
        self._thread = Worker(
            self._run, name=name, cancel=self.cancel, arguments=(work,), indexes=indexes
        )
        self._thread.start()

    # ---- for those who wait for it ----

    @property
    def running(self) -> bool:
        return not self._ended.is_set()

    @property
    def stop_requested(self) -> bool:
        return self._cancelled.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to stop, or stopped as if it had been."""
        return self.stop_requested or self.cancellation is not None

    @property
    def problem(self) -> CrossExamError | None:
        """Why it ended without a result: the error, or what it said when it was cancelled."""
        return self.error or self.cancellation

    @property
    def progress(self) -> Progress:
        """What is being done, how far it is, since when and how fast.

        While it waits for another job: how far that one is, under its title alone.
        """
        step, now = self._now, time.monotonic()
        if (other := self._waits_for) is not None:
            other_progress = other.progress
            label = f"waiting for {other.title}"
            return Progress(
                label,
                other_progress.done,
                other_progress.total,
                other_progress.unit,
                now - self.started,
                other_progress.rate,
            )
        began, first = self._step_began
        new = step.done - first
        rate = new / (now - began) if new > 0 and now - began > SOON else 0.0
        return Progress(step.step, step.done, step.total, step.unit, now - self.started, rate)

    def cancel(self) -> None:
        """Stop after the batch that is being worked on."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it ended, well or not, within that time."""
        return self._ended.wait(seconds)

    def result(self) -> T:
        """What it gave, once it ended; raises the CrossExamError that stopped it."""
        self.wait()
        if self.problem is not None:
            raise self.problem.with_traceback(None)
        if self.value is None:
            raise Cancelled(f"{self.name} was cancelled")
        return self.value

    # ---- for the work itself ----

    def should_stop(self) -> bool:
        """Whether the work should end: it was cancelled, or nobody waits for it any more."""
        return self.stop_requested or (self._abandoned is not None and self._abandoned())

    def report(self, step: str, done: int, total: int, unit: str = "") -> None:
        """Tell how far a step is."""
        if step != self._now.step or not self._now.total:
            self._step_began = (time.monotonic(), done)  # what an earlier run did is no rate
        self._now = Progress(step, done, total, unit)

    def count(self, done: int, total: int) -> None:
        """Tell how far the step is that was named last."""
        self.report(self._now.step, done, total, self._now.unit)

    def log(self, step: str) -> None:
        """Tell what is being done, where nobody knows how far it is."""
        self._now = Progress(step)

    def wait_for(self, other: Job[Any] | None) -> None:
        """Tell that another job has to end first; None: no longer."""
        self._waits_for = other

    def publish(self, value: T) -> None:
        """Show what is there so far."""
        self.value = value

    def _run(self, work: Callable[[Job[T]], T | None]) -> None:
        try:
            value = work(self)
            if value is not None:
                self.value = value
        except Cancelled as error:
            alone = _without_frames(error)
            self.cancellation = Cancelled(self._on_cancel) if self._on_cancel else alone
        except CrossExamError as error:
            self.error = _without_frames(error)
        except BaseException as error:  # a panic of a library is no Exception
            _LOG.exception("%s", self._failed)
            self.error = CrossExamError(
                f"{self._failed} ({type(error).__name__}: {error}); the server's log has more"
            )
            _without_frames(error)
        finally:
            self._ended.set()
            if self._on_end is not None:
                self._on_end(self)


def _without_frames(error: E) -> E:
    """The error alone: its frames and causes hold all that the work had in hand."""
    unseen: list[BaseException | None] = [error]
    seen: set[int] = set()
    while unseen:
        each = unseen.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            traceback.clear_frames(each.__traceback__)
            unseen += [each.__cause__, each.__context__]
            if isinstance(each, BaseExceptionGroup):
                unseen += each.exceptions
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
