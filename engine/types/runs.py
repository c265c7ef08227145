"""A query set's rankings, and their measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.types.rankings import Ranking
from engine.types.traces import StageTiming


@dataclass(frozen=True, slots=True)
class Run:
    """A query set through a pipeline: one ranking and its timings by query id."""

    name: str
    rankings: Mapping[str, Ranking]
    timings: Mapping[str, tuple[StageTiming, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measure values by query and their mean, and how much of the top k was judged.

    `judged_at_k` is the share, 0 to 1, of the top k that carries a judgment. Every judged query
    is in the mean: `missing` ones have no result in the run and `irrelevant` ones no relevant
    document, both count 0. `unknown` queries of the run carry no judgment and are left out.
    """

    run: str
    mean: Mapping[str, float]
    by_query: Mapping[str, Mapping[str, float]]
    judged_at_k: float
    k: int = 10
    missing: tuple[str, ...] = ()
    irrelevant: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
