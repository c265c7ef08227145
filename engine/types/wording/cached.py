"""How much of a stage came from a cache, in words that hold for a part of its steps too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from engine.types.traces import SCORE_STEPS


class CachedStep(Protocol):
    """A step of a stage; a `cached` one was not computed, and gave `n_out` results."""

    @property
    def step(self) -> str: ...

    @property
    def n_out(self) -> int: ...

    @property
    def cached(self) -> bool: ...

    @property
    def measured_seconds(self) -> float: ...


def cached_part(timings: Iterable[CachedStep]) -> str:
    """ "cached" where every step came from a cache, "part cached" where some did, else "".

    Remembered scores are counted: "scores cached", "30 of 50 scores cached", or "some scores
    cached" where an older file did not keep how many.
    """
    steps = list(timings)
    if not any(step.cached for step in steps):
        return ""
    if all(step.cached for step in steps) and not any(step.measured_seconds for step in steps):
        return "cached"
    scores = [step for step in steps if step.step in SCORE_STEPS]
    cached_scores = [step for step in scores if step.cached]
    if not cached_scores:
        return "part cached"
    if len(cached_scores) == len(scores):
        return "scores cached"
    n_cached, n_scores = (sum(step.n_out for step in each) for each in (cached_scores, scores))
    return f"{n_cached} of {n_scores} scores cached" if n_cached else "some scores cached"
