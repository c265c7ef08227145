"""What else works on this server while times are measured: waited for, or named beside them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from engine.types import Cancel, Cancelled, ProgressCallback
from jobs.background import Worker

LOOK_EVERY = 0.1  # seconds


def others() -> list[Worker]:
    """The workers at work beside the thread that asks."""
    here = threading.current_thread()
    return [w for w in threading.enumerate() if isinstance(w, Worker) and w is not here]


def wait_for_indexing(on_progress: ProgressCallback, cancel: Cancel) -> None:
    """Return when no corpus is being embedded; raises Cancelled when called off before."""
    while indexing := [worker.name for worker in others() if worker.indexes]:
        if cancel():
            raise Cancelled("called off while waiting for indexing to end")
        on_progress(f"waiting until this server has finished: {indexing[0]}", 0, 0)
        time.sleep(LOOK_EVERY)


class Watch:
    """Passes progress on, and remembers who else was at work meanwhile."""

    def __init__(self, on_progress: ProgressCallback) -> None:
        self._on_progress = on_progress
        self._seen: set[str] = set()
        self.look()

    def report(self, what: str, done: int, total: int) -> None:
        """Pass this on."""
        self.look()
        self._on_progress(what, done, total)

    def look(self) -> None:
        """See who is at work now."""
        self._seen.update(worker.name for worker in others())

    @property
    def seen(self) -> list[str]:
        """The names of the others' work, each once."""
        return sorted(self._seen)


def disturbed_by(head: Mapping[str, Any]) -> list[str]:
    """What went on meanwhile, as a saved run's head says it; none where it does not say."""
    names = head.get("meanwhile", [])
    return [str(name) for name in names] if isinstance(names, list) else []
