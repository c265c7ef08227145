"""Joules of searches by stage, and what a point of nDCG@10 costs in joules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.latency.repeated_searches import OTHER
from engine.quality.evaluation import evaluate
from engine.search.folding import fold_by
from engine.search.searcher import Searcher, with_needs
from engine.search.settings import Settings
from engine.types import (
    STAGES,
    Cancel,
    CrossExamError,
    ProgressCallback,
    Qrel,
    Query,
    Ranking,
    Run,
    SearchTrace,
)
from engine.types.registries.measures import PRIMARY

POINT = 0.01  # nDCG is counted in points of a hundredth
JOULES_PER_KWH = 3_600_000.0


class Meter(Protocol):
    """A counter of joules."""

    def joules(self) -> float:
        """Joules since some moment."""
        ...


@dataclass(frozen=True, slots=True)
class Spent:
    """The seconds of searches by stage, "other" last, and their joules where counted."""

    searches: int
    seconds: Mapping[str, float]
    counted: Mapping[str, float] | None

    def joules(self, watts: float) -> dict[str, float]:
        """Joules of one search by stage: counted, else seconds times the assumed watts."""
        joules = self.counted
        if joules is None:
            joules = {stage: watts * seconds for stage, seconds in self.seconds.items()}
        return {stage: value / self.searches for stage, value in joules.items()}

    def mean_seconds(self) -> dict[str, float]:
        """Seconds of one search by stage."""
        return {stage: value / self.searches for stage, value in self.seconds.items()}


@dataclass(frozen=True, slots=True)
class EnergyReport:
    """What the searches took, and nDCG@10 of each stage's ranking (empty: not judged).

    `judged` of the `queries` have a relevant judgment; the nDCG is their mean.
    """

    spent: Spent
    queries: int
    judged: int
    quality: Mapping[str, float]
    judged_at_10: float
    stages: tuple[str, ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class Worth:
    """What one ranking costs with all that it needs, and what it gains over the baseline.

    `per_point` is joules more for a hundredth of nDCG@10 more; None where nothing was
    gained, or where the ranking is the baseline.
    """

    stage: str
    seconds: float
    joules: float
    quality: float | None
    gained: float | None
    per_point: float | None


def measure_energy(
    searcher: Searcher,
    queries: Sequence[Query],
    qrels: Sequence[Qrel],
    settings: Settings,
    *,
    meter: Meter | None,
    on_progress: ProgressCallback,
    cancel: Cancel,
    stages: Sequence[str] = STAGES,
) -> EnergyReport | None:
    """Search for every query in turn and count; None where it was cancelled.

    Without a `meter` only seconds are counted. The searcher's reranker should remember no
    score, for what comes from memory costs next to nothing.
    """
    if not queries:
        raise CrossExamError("there is no query to measure: type one, or choose a judged corpus")
    pipeline = searcher.pipeline(settings, stages)
    seconds: dict[str, float] = {}
    joules_by_stage: dict[str, float] = {}
    rankings: dict[str, dict[str, Ranking]] = {stage: {} for stage in pipeline.stages}
    for number, query in enumerate(queries):
        on_progress(f"query {number + 1} of {len(queries)}", number, len(queries))
        trace = None
        joules_before = meter.joules() if meter else 0.0
        for trace in pipeline.stream(query.text, cancel=cancel):
            if meter is not None and trace.timings:
                joules_now = meter.joules()
                stage = trace.timings[-1].stage  # the one that has just yielded
                joules_by_stage[stage] = (
                    joules_by_stage.get(stage, 0.0) + joules_now - joules_before
                )
                joules_before = joules_now
        if cancel() or trace is None or not trace.complete:
            return None
        _add(seconds, trace)
        for ranking in trace.rankings:
            rankings[ranking.stage][query.query_id] = fold_by(searcher.store, ranking)
    seconds[OTHER] = seconds.pop(OTHER)
    judged_query_ids = {q.query_id for q in qrels if q.relevance > 0} & {
        q.query_id for q in queries
    }
    evaluations = {}
    if judged_query_ids:
        evaluations = {
            stage: evaluate(Run(stage, by_query), qrels, depth=settings.depth, query_ids=by_query)
            for stage, by_query in rankings.items()
        }
    return EnergyReport(
        Spent(len(queries), seconds, joules_by_stage if meter else None),
        len({query.query_id for query in queries}),
        len(judged_query_ids),
        {stage: evaluation.mean[PRIMARY.name] for stage, evaluation in evaluations.items()},
        evaluations[pipeline.stages[-1]].judged_at_k if evaluations else 0.0,
        pipeline.stages,
        settings,
    )


def worth(report: EnergyReport, watts: float, *, baseline: str) -> tuple[Worth, ...]:
    """A row for each stage's ranking, cheapest need first."""
    joules, seconds = report.spent.joules(watts), report.spent.mean_seconds()
    totals = {stage: with_needs((stage,), report.settings) for stage in report.stages}
    cost = {stage: sum(joules.get(n, 0.0) for n in needs) for stage, needs in totals.items()}
    rows = []
    for stage, needs in totals.items():
        quality = report.quality.get(stage)
        base = report.quality.get(baseline)
        gained = None if quality is None or base is None or stage == baseline else quality - base
        dearer = cost[stage] - cost[baseline]
        pays = gained is not None and gained > 0
        rows.append(
            Worth(
                stage=stage,
                seconds=sum(seconds.get(need, 0.0) for need in needs),
                joules=cost[stage],
                quality=quality,
                gained=gained,
                per_point=dearer / (gained / POINT) if pays and gained else None,
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class Prices:
    """What a person assumes: watts while it works, price of a kWh and of a machine's hour."""

    watts: float
    kwh: float
    hour: float

    def __post_init__(self) -> None:
        for name in ("watts", "kwh", "hour"):
            if getattr(self, name) < 0:
                raise CrossExamError(
                    f"{name} is {getattr(self, name)}: an assumption cannot be negative"
                )


@dataclass(frozen=True, slots=True)
class Bill:
    """Work of some seconds: hours, energy, the price of that energy, and of the machine."""

    hours: float
    kwh: float
    energy_price: float
    machine_price: float


def bill(seconds: float, prices: Prices) -> Bill:
    """What work of these seconds costs under these assumptions."""
    hours = seconds / 3_600
    kwh = prices.watts * seconds / JOULES_PER_KWH
    return Bill(hours, kwh, kwh * prices.kwh, hours * prices.hour)


def _add(seconds: dict[str, float], trace: SearchTrace) -> None:
    for stage in dict.fromkeys(timing.stage for timing in trace.timings):
        seconds[stage] = seconds.get(stage, 0.0) + trace.stage_seconds(stage)
    seconds[OTHER] = seconds.get(OTHER, 0.0) + trace.other_seconds
