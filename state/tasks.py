"""Work in a thread of its own, with progress and a way to call it off."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from search.types import Cancel, Cancelled, CrossExamError
from state.background import Worker
from state.bench import Status

Tell = Callable[[int, int], None]
T = TypeVar("T")


class Task(Generic[T]):
    """One piece of work; `result` is None until it ended well."""

    def __init__(self, what: str, work: Callable[[Tell, Cancel], T]) -> None:
        self.result: T | None = None
        self.error: CrossExamError | None = None
        self._what = what
        self._progress = (0, 0)
        self._started = time.monotonic()
        self._cancelled = threading.Event()
        self._finished = threading.Event()
        Worker(self._run, name=what, cancel=self.cancel, arguments=(work,)).start()

    @property
    def running(self) -> bool:
        return not self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def status(self) -> Status:
        """What is being done and how far it is, for a progress bar."""
        return Status(self._what, *self._progress, time.monotonic() - self._started)

    def cancel(self) -> None:
        """Stop after the batch that is being worked on."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Whether it ended, well or not, within that time."""
        return self._finished.wait(seconds)

    def _run(self, work: Callable[[Tell, Cancel], T]) -> None:
        try:
            self.result = work(self._tell, self._cancelled.is_set)
        except Cancelled:
            self._cancelled.set()
        except CrossExamError as error:
            self.error = error
        except Exception as error:
            self.error = CrossExamError(
                f"{self._what} failed ({type(error).__name__}: {error}); the server's log has more"
            )
            raise
        finally:
            self._finished.set()

    def _tell(self, done: int, total: int) -> None:
        self._progress = (done, total)
