"""Threads that work for visitors, and their end: none may outlive the interpreter.

A thread that is inside a forward pass while Python shuts down aborts the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any


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


def end_all(seconds: float) -> list[str]:
    """Cancel all workers and wait for their end; the names of those still at work after that.

    One that another began while it ended is cancelled too.
    """
    deadline = time.monotonic() + seconds
    while workers := [w for w in threading.enumerate() if isinstance(w, Worker)]:
        for worker in workers:
            worker.cancel()
        for worker in workers:
            worker.join(max(0.0, deadline - time.monotonic()))
        if time.monotonic() >= deadline:
            return [worker.name for worker in workers if worker.is_alive()]
    return []
