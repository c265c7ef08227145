"""Threads that work for visitors, and their end: none may outlive the interpreter.

A thread that is inside a forward pass while Python shuts down aborts the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from engine.types import Cancelled, CrossExamError


class Worker(threading.Thread):
    """A daemon thread that can be asked to stop: `cancel` makes `work` return soon.

    `indexes` says that it embeds a corpus: it would be in every time that is measured.
    """

    def __init__(
        self,
        work: Callable[..., None],
        *,
        name: str,
        cancel: Callable[[], None],
        arguments: tuple[Any, ...] = (),
        indexes: bool = False,
    ) -> None:
        super().__init__(target=work, name=name, args=arguments, daemon=True)
        self.cancel = cancel
        self.indexes = indexes


class Undertaking:
    """Work in a thread that can be waited for and called off; `error` says why it failed.

    A subclass sets itself up, then calls `_start`. `failed` begins the sentence on an
    error that nobody expected: "the search failed".
    """

    indexes = False

    def __init__(self, failed: str) -> None:
        self.error: CrossExamError | None = None
        self._failure = failed
        self._cancelled = threading.Event()
        self._finished = threading.Event()

    @property
    def running(self) -> bool:
        return not self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop after the batch that is being worked on."""
        self._cancelled.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it ended, well or not, within that time."""
        return self._finished.wait(seconds)

    def _start(self, work: Callable[[], None], *, name: str) -> None:
        self._thread = Worker(
            self._run, name=name, cancel=self.cancel, arguments=(work,), indexes=self.indexes
        )
        self._thread.start()

    def _called_off(self, error: Cancelled) -> None:  # noqa: ARG002
        """What a cancellation within the work means: that it was cancelled, and no error."""
        self._cancelled.set()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled as error:
            self._called_off(error)
        except CrossExamError as error:
            self.error = error
        except BaseException as error:  # a panic of a library is no Exception
            self.error = CrossExamError(
                f"{self._failure} ({type(error).__name__}: {error}); the server's log has more"
            )
            raise
        finally:
            self._finished.set()


def nothing_to_cancel() -> None:
    """For work that ends soon by itself."""


def end_all(seconds: float) -> list[str]:
    """Cancel all workers and wait for their end; the names of those still at work after that."""
    workers = [thread for thread in threading.enumerate() if isinstance(thread, Worker)]
    for worker in workers:
        worker.cancel()
    deadline = time.monotonic() + seconds
    for worker in workers:
        worker.join(max(0.0, deadline - time.monotonic()))
    return [worker.name for worker in workers if worker.is_alive()]
