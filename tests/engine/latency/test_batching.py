"""Batch settings: pairs a second and memory, with rerankers whose clock is moved by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.latency.batching import (
    NO_BUDGET,
    BatchPoint,
    BatchReport,
    BatchSetting,
    measure_batching,
    settings_to_try,
)
from engine.types import Cancel, CrossExamError, Reranker, ScoredBatch
from system.memory import memory, reset_peak
from tests.tiny import Clock


class Slow(Reranker):
    """Takes a second a batch and one a pair."""

    name = "slow"

    def __init__(self, setting: BatchSetting, clock: Clock) -> None:
        self.size, self.clock = setting.largest, clock

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for start in range(0, len(documents), self.size):
            if cancel is not None and cancel():
                return
            some = tuple(range(start, min(start + self.size, len(documents))))
            self.clock.passes(1 + len(some))
            yield ScoredBatch(
                some, (0.0,) * len(some), (0,) * len(some), 1.0, tokens=10 * len(some)
            )


SETTINGS = [BatchSetting(NO_BUDGET, size) for size in (1, 4)]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("engine.latency.batching.time.perf_counter", clock)
    return clock


def test_every_setting_scores_the_same_pairs_and_the_fastest_is_best(clock: Clock) -> None:
    told: list[tuple[str, int, int]] = []
    report = measure_batching(
        "q",
        ["text"] * 8,
        settings=SETTINGS,
        current=SETTINGS[0],
        reranker_with=lambda setting: Slow(setting, clock),
        on_progress=lambda *news: told.append(news),
        cancel=lambda: False,
    )
    assert report is not None
    one, four = report.points
    assert (one.seconds, one.batches, one.tokens) == (16.0, 8, 80)
    assert (four.seconds, four.batches) == (10.0, 2)
    assert four.pairs_per_second == 0.8
    assert report.best is four
    assert told[0] == ("warming up", 0, 5)
    assert told[-1] == ("setting 2 of 2, pass 2", 4, 5)


def test_a_cancelled_measurement_gives_nothing(clock: Clock) -> None:
    stopped = clock.now + 30
    report = measure_batching(
        "q",
        ["text"] * 8,
        settings=SETTINGS,
        current=SETTINGS[0],
        reranker_with=lambda setting: Slow(setting, clock),
        on_progress=lambda what, done, total: None,
        cancel=lambda: clock.now > stopped,
    )
    assert report is None
    assert clock.now < stopped + 3


def test_the_setting_in_use_is_tried_once_among_the_others() -> None:
    own = BatchSetting(1024, 16)
    tried = settings_to_try(own)
    assert tried.count(own) == 1
    assert len(settings_to_try(tried[0])) == len(tried) - 1
    assert tried[0].by_size
    assert not own.by_size


def test_a_setting_that_holds_nothing_is_refused() -> None:
    with pytest.raises(CrossExamError, match="0 pairs and 10 tokens"):
        BatchSetting(10, 0)


def test_memory_that_the_system_does_not_tell_is_unknown(tmp_path: Path) -> None:
    assert memory(tmp_path / "status") is None
    (tmp_path / "status").write_text("Name:\tx\nVmHWM:\t  40 kB\nVmRSS:\t  30 kB\n")
    found = memory(tmp_path / "status")
    assert found is not None
    assert (found.resident, found.peak) == (30 * 1024, 40 * 1024)
    assert not reset_peak(tmp_path / "none" / "clear_refs")
    point = BatchPoint(SETTINGS[0], 1, 1, 1, 1.0, None, None)
    assert point.rise is None
    assert BatchReport((point,), SETTINGS[0]).best.rise is None


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux alone counts a peak")
def test_a_peak_that_was_given_back_is_still_seen() -> None:
    if not reset_peak():
        pytest.skip("the system does not let the peak be reset")
    before = memory()
    held = np.ones(40_000_000, np.int8)  # 40 MB, touched
    assert held[-1] == 1
    del held
    after = memory()
    assert before is not None
    assert after is not None
    assert after.peak - before.resident > 35_000_000
    assert after.resident - before.resident < 35_000_000
