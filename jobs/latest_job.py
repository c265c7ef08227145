"""One job at a time of those that are remembered: the next one cancels the last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from jobs.job import Job
from jobs.result_cache import ResultCache

T = TypeVar("T", bound=Job[Any])


def latest_job(jobs: ResultCache[T], key: Hashable, begin: Callable[[], T]) -> T:
    """The job of this key: running, remembered, or begun now; the others that run are cancelled.

    One that was cancelled or failed is not remembered.
    """
    for other, earlier in jobs.items():
        if other != key and earlier.running:
            earlier.cancel()
        if earlier.cancelled or earlier.error is not None:
            jobs.drop(other)
    return jobs.get_or_make(key, begin)
