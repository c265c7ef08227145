"""A backend that is built when it is first asked for, and then kept for all who share it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

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
