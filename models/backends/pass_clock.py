"""Times a forward pass."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from engine.types.explain.forward_pass import PassClock


def timed(run: Callable[[], Any], *, first: float, most_runs: int, seconds: float) -> PassClock:
    """The median of `most_runs` runs, fewer where they take more than `seconds`.

    `first` is what a run before took: it is the clock where one run is to be enough, and else
    left out, for the first pass of a length is slower than those that follow.
    """
    if most_runs <= 1:
        return PassClock(first, 1)
    run_seconds: list[float] = []
    while not run_seconds or (len(run_seconds) < most_runs and sum(run_seconds) < seconds):
        start = time.perf_counter()
        run()
        run_seconds.append(time.perf_counter() - start)
    return PassClock(statistics.median(run_seconds), len(run_seconds))
