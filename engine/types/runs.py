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
class AttachedHead:
    """What is said of an attached run without reading its lists.

    `source` is the file's name, `attached_at` in seconds since 1970; `notes` say how it was read.
    Of its `queries`, `by_id` and `by_text` are those of the corpus, told by their id or text; of
    its `documents`, each counted once, `missing` are not in the corpus, the first of them `named`.
    """

    name: str
    source: str
    attached_at: float
    queries: int
    by_id: int
    by_text: int
    rows: int
    documents: int
    missing: int
    named: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttachedRun:
    """Another system's run, kept with a corpus: its lists by the file's query ids or texts.

    `texts` are the queries' texts by id, where the file has both. `ranked` says that the scores
    are minus the ranks, for the file has no others; `missing` the ids that the corpus lacks.
    """

    head: AttachedHead
    rankings: Mapping[str, Ranking]
    texts: Mapping[str, str] = field(default_factory=dict)
    ranked: bool = False
    missing: frozenset[str] = frozenset()


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
