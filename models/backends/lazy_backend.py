"""A backend that is built when it is first asked for, and then kept for all who share it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from engine.types import Drift
from models.backends.backends import Backend


class LazyBackend:
    """Calls `build` once, however many threads ask."""

    def __init__(self, build: Callable[[], Backend]) -> None:
        self._build = build
        self._backend: Backend | None = None
        self._lock = Lock()

    def get(self) -> Backend:
        """The backend, built at the first call."""
        with self._lock:
            if self._backend is None:
                self._backend = self._build()
            return self._backend


@dataclass(frozen=True, slots=True)
class Quick:
    """The quickest backend that was measured, built when it is first asked for, and its drift."""

    backend: LazyBackend
    drift: Drift

    def built(self) -> tuple[Backend, Drift]:
        """The backend, built now where it was not, with its drift."""
        return self.backend.get(), self.drift
