"""How long searches take: repeated runs, their percentiles, and what one pair costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.search.precision.reranker_around import RerankerAround
from engine.types import (
    CROSS_ENCODER,
    RUNS_FOR,
    Cancel,
    CountCallback,
    CrossExamError,
    Reranker,
    ScoredBatch,
    SearchTrace,
)

LEAST_RUNS, MOST_RUNS, DEFAULT_RUNS = 5, 200, 10
OTHER, TOTAL = "other", "total"


class Searches(Protocol):
    """What can be run again: a `Pipeline`."""

    def run(self, query: str, *, cancel: Cancel) -> SearchTrace: ...


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class LatencySamples:
    """The seconds of repeated searches, one value a run.

    `by_stage` keeps the order in which the stages ran, then what no step explains as
    "other"; the values of a run add up to its total. `cached` counts, for each
    (stage, step), the runs in which that step came from memory; `pairs` is what the
    cross-encoder scored in all of them.
    """

    by_stage: Mapping[str, tuple[float, ...]]
    totals: tuple[float, ...]
    cached: Mapping[tuple[str, str], int]
    pairs: PairCost | None = None

    @property
    def runs(self) -> int:
        return len(self.totals)


def repeat(
    pipeline: Searches,
    query: str,
    runs: int,
    *,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> LatencySamples | None:
    """The samples of `runs` searches one after another, None where it was cancelled.

    `on_progress(run, runs)` is told the number of each run as it begins.
    """
    if not LEAST_RUNS <= runs <= MOST_RUNS:
        raise CrossExamError(
            f"cannot measure {runs} runs: give a number from {LEAST_RUNS} to {MOST_RUNS}"
        )
    stopped = cancel or _never
    traces = []
    for number in range(1, runs + 1):
        if on_progress is not None:
            on_progress(number, runs)
        trace = pipeline.run(query, cancel=stopped)
        if stopped() or not trace.complete:
            return None
        traces.append(trace)
    return samples_of(traces)


def samples_of(traces: Sequence[SearchTrace]) -> LatencySamples:
    """The seconds of finished searches, by stage; a stage that a run lacks counts 0 there."""
    stages = dict.fromkeys(timing.stage for trace in traces for timing in trace.timings)
    by_stage = {stage: tuple(trace.stage_seconds(stage) for trace in traces) for stage in stages}
    by_stage[OTHER] = tuple(trace.other_seconds for trace in traces)
    n_cached_by_step: dict[tuple[str, str], int] = {}
    for trace in traces:
        for step in {(t.stage, t.step): None for t in trace.timings if t.cached}:
            n_cached_by_step[step] = n_cached_by_step.get(step, 0) + 1
    totals = tuple(trace.total_seconds for trace in traces)
    return LatencySamples(by_stage, totals, n_cached_by_step, cost_of(traces))


@dataclass(frozen=True, slots=True)
class Percentiles:
    """p50, p95 and p99 of some runs, and their spread: the middle half and the extremes.

    p95 is None below 20 runs and p99 below 100, where they would be the slowest run by
    another name.
    """

    p50: float
    p95: float | None
    p99: float | None
    p25: float
    p75: float
    least: float
    most: float


def percentiles(seconds: Sequence[float]) -> Percentiles:
    """The percentiles of the runs, interpolated linearly between two neighbours."""
    if not seconds:
        raise CrossExamError("there are no runs to take percentiles of: measure at least one")
    percents = (50, 25, 75, 0, 100)
    p50, p25, p75, lowest, highest = (
        float(v) for v in np.percentile(np.asarray(seconds), percents)
    )
    return Percentiles(
        p50, percentile(seconds, 95), percentile(seconds, 99), p25, p75, lowest, highest
    )


def percentile(seconds: Sequence[float], share: int) -> float | None:
    """The percentile of the runs, interpolated linearly; None where they are too few for it."""
    if len(seconds) < RUNS_FOR.get(share, 1):
        return None
    return float(np.percentile(np.asarray(seconds), share))


@dataclass(frozen=True, slots=True)
class LatencyReport:
    """Cold against warm: repeated warm searches, and one with models just loaded."""

    samples: LatencySamples
    cold: SearchTrace
    load_seconds: float


@dataclass(frozen=True, slots=True)
class StageLatency:
    """A row of the report. `cold_seconds` is None where the cold run lacked the stage."""

    stage: str
    warm: Percentiles
    cold_seconds: float | None


def stage_latencies(report: LatencyReport) -> tuple[StageLatency, ...]:
    """A row for each stage, then "other" and "total"."""
    cold_by_stage = cold_seconds(report.cold)
    seconds_by_stage = {**report.samples.by_stage, TOTAL: report.samples.totals}
    return tuple(
        StageLatency(stage, percentiles(seconds), cold_by_stage.get(stage))
        for stage, seconds in seconds_by_stage.items()
    )


def cold_seconds(cold: SearchTrace) -> dict[str, float]:
    """The seconds of a single search by stage, with "other" and "total"."""
    by_stage = {timing.stage: cold.stage_seconds(timing.stage) for timing in cold.timings}
    return {**by_stage, OTHER: cold.other_seconds, TOTAL: cold.total_seconds}


@dataclass(frozen=True, slots=True)
class PairCost:
    """What scoring took: `tokens` went through the model, padding included (0: not counted)."""

    pairs: int
    seconds: float
    tokens: int = 0

    def __post_init__(self) -> None:
        if self.pairs < 1 or self.seconds <= 0:
            raise CrossExamError(
                f"{self.pairs} pairs in {self.seconds} s give no cost: score at least one pair"
            )

    @property
    def ms_per_pair(self) -> float:
        return 1_000 * self.seconds / self.pairs

    @property
    def pairs_per_second(self) -> float:
        return self.pairs / self.seconds

    @property
    def tokens_per_second(self) -> float | None:
        """None where the tokens were not counted."""
        return self.tokens / self.seconds if self.tokens else None

    @property
    def tokens_per_pair(self) -> float | None:
        """Tokens of a pair with its share of the padding; None where not counted."""
        return self.tokens / self.pairs if self.tokens else None


def cost_of(traces: Iterable[SearchTrace]) -> PairCost | None:
    """The cost of a pair by the cross-encoder's `score` steps; None where nothing was scored."""
    steps = [
        timing
        for trace in traces
        for timing in trace.timings
        if timing.stage == CROSS_ENCODER and timing.step == "score" and not timing.cached
    ]
    pairs, seconds = sum(step.n_in for step in steps), sum(step.seconds for step in steps)
    return PairCost(pairs, seconds) if pairs and seconds > 0 else None


def cost_when_read(trace: SearchTrace) -> PairCost | None:
    """The cost of a pair of the scores that came from memory, as it was when they were computed."""
    steps = [
        timing
        for timing in trace.timings
        if timing.stage == CROSS_ENCODER and timing.step == "score" and timing.measured_seconds
    ]
    pairs, seconds = sum(s.n_out for s in steps), sum(s.measured_seconds for s in steps)
    return PairCost(pairs, seconds) if pairs else None


def accounted(trace: SearchTrace) -> str:
    """The total, what the steps explain of it and what they don't, in a sentence that adds up."""
    total = round(1_000 * trace.total_seconds, 2)
    other = round(1_000 * trace.other_seconds, 2)
    share = trace.other_seconds / trace.total_seconds if trace.total_seconds else 0.0
    percent = "less than 0.1%" if 0 < share < 0.0005 else f"{share:.1%}"
    return (
        f"{total:,.2f} ms in all: the steps below explain {total - other:,.2f} ms, and "
        f"{other:,.2f} ms ({percent}) is other: handing results from stage to stage."
    )


class Counted(RerankerAround):
    """A reranker that counts the tokens which went through it; for one thread.

    `tokens` are those of the form that scores all pairs. What is scored again in fp32 is another
    step of a search, whose time is not that of `cost_of`, so its tokens are not among them.
    """

    def __init__(self, reranker: Reranker) -> None:
        super().__init__(reranker)
        self._tokens = 0
        self._forms: list[Counted] = []

    @property
    def tokens(self) -> int:
        """Its own, or those of the form that scored in its place."""
        return self._tokens or sum(form.tokens for form in self._forms)

    def _around(self, reranker: Reranker) -> Counted:
        """A form of the reranker, its tokens counted too."""
        self._forms.append(Counted(reranker))
        return self._forms[-1]

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """The batches of the reranker, unchanged."""
        for batch in self._reranker.score(query, documents, cancel=cancel):
            self._tokens += batch.tokens
            yield batch
