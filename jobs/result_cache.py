"""The newest results, by what they are for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import Cache, LRUCache

REMEMBERED = 400
T = TypeVar("T")


class ResultCache(Generic[T]):
    """The values that were used last, at most so many, safe to share among threads."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._values: LRUCache[Hashable, T] = LRUCache(most)
        self._lock = threading.RLock()

    def get(self, key: Hashable) -> T | None:
        """The value of this key, None where there is none."""
        with self._lock:
            return self._values.get(key)

    def keep(self, key: Hashable, value: T) -> None:
        """Remember a value; the one that was not used for longest goes when there are too many."""
        with self._lock:
            self._values[key] = value

    def get_or_make(
        self, key: Hashable, make: Callable[[], T], *, usable: Callable[[T], bool] | None = None
    ) -> T:
        """The value of this key, computed now where there is none that is usable."""
        with self._lock:
            value = self._values.get(key)
            if value is None or (usable is not None and not usable(value)):
                value = self._values[key] = make()
            return value

    def drop(self, key: Hashable) -> None:
        """Forget the value of this key, if there is one."""
        with self._lock:
            self._values.pop(key, None)

    def items(self) -> list[tuple[Hashable, T]]:
        """Every key with its value; looking at them is no use of them."""
        with self._lock:
            return [(key, Cache.__getitem__(self._values, key)) for key in self._values]

    def values(self) -> list[T]:
        """Every value."""
        return [value for _, value in self.items()]
