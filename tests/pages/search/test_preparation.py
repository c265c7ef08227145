"""Making a corpus ready in the background: progress, cancelling, going on."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from engine.types import Cancelled
from jobs.progress import Progress
from state.app_resources import Preparations

PATIENCE = 20


class Bench:
    """Embeds ten documents, one whenever it is let; it starts where it was stopped."""

    def __init__(self) -> None:
        self.kept = 0
        self.let = threading.Semaphore(0)
        self.corpora = SimpleNamespace(
            open=lambda name: SimpleNamespace(info=SimpleNamespace(name=name))
        )
        self.searchers = SimpleNamespace(of=self.searcher)

    def searcher(self, corpus: Any, *, log: Any, on_progress: Any, cancel: Any) -> str:
        on_progress("embedding", self.kept, 10)
        while self.kept < 10:
            assert self.let.acquire(timeout=PATIENCE)
            if cancel():
                raise Cancelled("stopped")
            self.kept += 1
            on_progress("embedding", self.kept, 10)
        return "searcher"


def test_a_cancelled_indexing_stays_cancelled_until_it_is_resumed_where_it_stopped() -> None:
    work: Any = Bench()
    preparations = Preparations(work)
    first = preparations.of("c")
    for _ in range(4):
        work.let.release()
    while work.kept < 4:
        assert not first.wait(0.01)
    first.cancel()
    work.let.release()
    assert first.wait(PATIENCE)
    with pytest.raises(Cancelled, match="resume it on the Corpora page"):
        first.result()
    assert preparations.of("c") is first, "no page starts it again by itself"
    assert work.kept == 4
    second = preparations.resume("c")
    assert second is not first
    for _ in range(6):
        work.let.release()
    assert second.wait(PATIENCE)
    found: Any = second.result().searcher
    assert found == "searcher"
    assert preparations.resume("c") is second, "what is ready is not begun again"


def test_the_rate_counts_only_what_this_step_did(monkeypatch: pytest.MonkeyPatch) -> None:
    work: Any = Bench()
    work.kept = 4
    now = [100.0]
    monkeypatch.setattr("jobs.job.time.monotonic", lambda: now[0])
    preparation = Preparations(work).of("c")
    while preparation.progress.total == 0:
        assert not preparation.wait(0.01)
    now[0] += 2.0
    work.let.release()
    while preparation.progress.done < 5:
        assert not preparation.wait(0.01)
    status = preparation.progress
    assert status.rate == pytest.approx(0.5)
    assert status.seconds_left == pytest.approx(10)
    assert status.fraction == 0.5
    for _ in range(5):
        work.let.release()
    assert preparation.wait(PATIENCE)


def test_what_is_forgotten_is_called_off() -> None:
    work: Any = Bench()
    preparations = Preparations(work)
    first = preparations.of("c")
    preparations.forget("c")
    assert preparations.begun("c") is None
    work.let.release()
    assert first.wait(PATIENCE)
    assert first.cancelled


def test_without_a_rate_no_time_left_is_told() -> None:
    assert Progress("x", 1, 2).seconds_left is None
