"""A cache whose values take long to make."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class KeyedCache(Generic[K, V]):
    """Values computed once for each key, from several threads.

    Whoever asks for a key that is being computed waits for it; nobody waits for another key. A
    maker that fails leaves nothing behind, so that the next one tries again.
    """

    def __init__(self) -> None:
        self._values: dict[K, V] = {}
        self._turns: dict[K, threading.Lock] = {}
        self._making: set[K] = set()
        self._lock = threading.Lock()  # held for look-ups alone, never while a value is computed

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of that key, computed by `make` where it is not there yet."""
        with self._lock:
            if key in self._values:
                return self._values[key]
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._values:
                    return self._values[key]
                self._making.add(key)
            try:
                value = make()
                with self._lock:
                    if key in self._making:  # else forgotten meanwhile: the value is outdated
                        self._values[key] = value
                return value
            finally:
                with self._lock:
                    self._making.discard(key)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def forget(self, matches: Callable[[K], bool]) -> None:
        """Make the matching values anew when they are next asked for."""
        with self._lock:
            for key in [key for key in self._values if matches(key)]:
                del self._values[key]
            self._making = {key for key in self._making if not matches(key)}
