"""Which batches are fastest: pairs a second and peak memory over sizes and budgets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.types import Cancel, CrossExamError, ProgressCallback, Reranker
from system.memory import Memory, memory, reset_peak

PAIRS, REPEATS = 48, 2
NO_BUDGET = 1_000_000
SIZES = (1, 2, 4, 8, 16, 32)
BUDGETS = (512, 1024, 2048, 4096)
MOST_IN_BUDGET = 32


@dataclass(frozen=True, slots=True)
class BatchSetting:
    """At most `largest` pairs a batch, and `budget` tokens, padding included."""

    budget: int
    largest: int

    def __post_init__(self) -> None:
        if self.budget < 1 or self.largest < 1:
            raise CrossExamError(
                f"a batch of {self.largest} pairs and {self.budget} tokens holds nothing: "
                "give 1 or more of each"
            )

    @property
    def by_size(self) -> bool:
        """Whether only the number of pairs limits a batch."""
        return self.budget >= NO_BUDGET


BY_SIZE = tuple(BatchSetting(NO_BUDGET, size) for size in SIZES)
BY_BUDGET = tuple(BatchSetting(budget, MOST_IN_BUDGET) for budget in BUDGETS)


@dataclass(frozen=True, slots=True)
class BatchPoint:
    """What one setting gave: the faster of its passes over the same pairs.

    `peak` and `before` are resident bytes of the whole process, None where the system
    does not say; `tokens` include padding.
    """

    setting: BatchSetting
    pairs: int
    batches: int
    tokens: int
    seconds: float
    before: int | None
    peak: int | None

    @property
    def pairs_per_second(self) -> float:
        return self.pairs / self.seconds

    @property
    def rise(self) -> int | None:
        """Bytes that the passes took beyond what was held before them."""
        if self.peak is None or self.before is None:
            return None
        return max(0, self.peak - self.before)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """Every setting on the same pairs, and the one that was in use."""

    points: tuple[BatchPoint, ...]
    current: BatchSetting

    @property
    def best(self) -> BatchPoint:
        return max(self.points, key=lambda point: point.pairs_per_second)


def settings_to_try(current: BatchSetting) -> tuple[BatchSetting, ...]:
    """Sizes without a budget, budgets, and the setting in use, without repeats."""
    return tuple(dict.fromkeys((*BY_SIZE, *BY_BUDGET, current)))


def measure_batching(
    query: str,
    texts: Sequence[str],
    *,
    settings: Sequence[BatchSetting],
    current: BatchSetting,
    reranker_with: Callable[[BatchSetting], Reranker],
    on_progress: ProgressCallback,
    cancel: Cancel,
    repeats: int = REPEATS,
) -> BatchReport | None:
    """Score the same pairs with every setting; None where it was cancelled.

    A first pass that is not counted brings the texts' tokens and the engine's kernels
    into memory. Settings with small batches come first, for what an engine once took it
    seldom gives back.
    """
    if not texts:
        raise CrossExamError("there are no pairs to score: choose a corpus with documents")
    passes = len(settings) * repeats + 1
    on_progress("warming up", 0, passes)
    if _scored(reranker_with(current), query, texts, cancel) is None:
        return None
    runs: dict[BatchSetting, list[_Pass]] = {setting: [] for setting in settings}
    for again in range(repeats):  # in rounds, so that a busy minute hits all settings alike
        for number, setting in enumerate(settings):
            done = again * len(settings) + number + 1
            on_progress(f"setting {number + 1} of {len(settings)}, pass {again + 1}", done, passes)
            started = memory() if reset_peak() else None
            batch_pass = _scored(reranker_with(setting), query, texts, cancel)
            if batch_pass is None:
                return None
            runs[setting].append(_Pass(*batch_pass, started, memory() if started else None))
    points = [_point(setting, len(texts), batch_pass) for setting, batch_pass in runs.items()]
    return BatchReport(tuple(points), current)


@dataclass(frozen=True, slots=True)
class _Pass:
    """One scoring of all pairs, with the memory before and after it."""

    seconds: float
    batches: int
    tokens: int
    started: Memory | None
    ended: Memory | None

    @property
    def rise(self) -> int:
        return self.ended.peak - self.started.resident if self.started and self.ended else 0


def _point(setting: BatchSetting, pairs: int, passes: Sequence[_Pass]) -> BatchPoint:
    """The fastest pass's speed, and the memory of the one that took most of it."""
    fastest = min(passes, key=lambda run: run.seconds)
    largest = max(passes, key=lambda run: run.rise)
    return BatchPoint(
        setting=setting,
        pairs=pairs,
        batches=fastest.batches,
        tokens=fastest.tokens,
        seconds=fastest.seconds,
        before=largest.started.resident if largest.started else None,
        peak=largest.ended.peak if largest.ended else None,
    )


def _scored(
    reranker: Reranker, query: str, texts: Sequence[str], cancel: Cancel
) -> tuple[float, int, int] | None:
    """(seconds, batches, tokens) of scoring all pairs once, None where it was cancelled."""
    begun = time.perf_counter()
    batches = tokens = pairs = 0
    for batch in reranker.score(query, texts, cancel=cancel):
        batches, tokens = batches + 1, tokens + batch.tokens
        pairs += len(batch.positions)
    seconds = time.perf_counter() - begun
    return (seconds, batches, tokens) if pairs == len(texts) and not cancel() else None
