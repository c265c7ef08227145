"""The work list behind Explain: in order, once, and only while somebody wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.types import Cancelled, CrossExamError
from jobs.background import end_all
from jobs.job import Job
from jobs.job_queue import JobQueue
from jobs.result_cache import ResultCache

PATIENCE = 20.0


@dataclass(frozen=True)
class Ask:
    name: str


class Builder:
    """Makes jobs by name: "bad" fails, "slow" waits until it is called off or let go."""

    def __init__(self) -> None:
        self.built: list[str] = []
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, ask: Ask, results: ResultCache[Any], job: Job[Any]) -> Any:
        if ask.name == "bad":
            raise CrossExamError("this cannot be")
        if ask.name == "odd":
            raise ValueError("a mistake")
        job.report(ask.name, 1, 2, "steps")
        self.begun.set()
        while ask.name == "slow" and not self.let_go.wait(0.01):
            if job.should_stop():
                raise Cancelled("called off")
        self.built.append(ask.name)
        return ask.name.upper()


def begun() -> tuple[Builder, JobQueue[Ask]]:
    builder = Builder()
    return builder, JobQueue(ResultCache(), builder)


def asks(*names: str) -> list[Ask]:
    return [Ask(name) for name in names]


def test_work_is_done_in_order_and_once() -> None:
    builder, queue = begun()
    queue.want(asks("a", "b", "a", "c"))
    assert queue.wait_all(PATIENCE)
    queue.want(asks("c", "a"))
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["a", "b", "c"]
    assert queue.result(Ask("b")) == "B"


def test_what_is_no_longer_wanted_is_called_off() -> None:
    builder, queue = begun()
    queue.want(asks("slow", "b"))
    assert builder.begun.wait(PATIENCE)
    queue.want(asks("c"))
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["c"]


def test_what_is_wanted_still_goes_on() -> None:
    builder, queue = begun()
    queue.want(asks("slow"))
    assert builder.begun.wait(PATIENCE)
    assert queue.working_on(asks("slow"))
    queue.want(asks("a", "slow"))
    builder.let_go.set()
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["slow", "a"]


def test_a_failure_is_told_and_does_not_stop_the_rest() -> None:
    builder, queue = begun()
    queue.want(asks("bad", "odd", "a"))
    assert queue.wait(asks("bad", "odd", "a"), PATIENCE)
    assert str(queue.error(asks("a", "bad"))) == "this cannot be"
    assert "odd failed (ValueError: a mistake)" in str(queue.error(asks("odd")))
    assert builder.built == ["a"]
    queue.want([])
    assert queue.error(asks("bad")) is None


def test_what_the_visitor_stopped_waits_for_them() -> None:
    builder, queue = begun()
    queue.want(asks("slow", "b"))
    assert builder.begun.wait(PATIENCE)
    queue.stop()
    assert queue.wait_all(PATIENCE)
    queue.want(asks("slow", "b"))
    assert not queue.busy
    assert queue.stopped(asks("slow"))
    assert queue.stopped(asks("b"))
    builder.let_go.set()
    queue.resume()
    queue.want(asks("slow", "b"))
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["slow", "b"]


def test_the_oldest_result_is_dropped() -> None:
    results: ResultCache[str] = ResultCache(most=2)
    for name in ("a", "b", "c"):
        results.keep(Ask(name), name)
    assert [results.get(ask) for ask in asks("a", "b", "c")] == [None, "b", "c"]


def test_progress_is_told_in_its_unit() -> None:
    builder, queue = begun()
    queue.want(asks("slow"))
    assert builder.begun.wait(PATIENCE)
    now = queue.progress
    assert (now.step, now.done, now.total, now.unit) == ("slow", 1, 2, "steps")
    builder.let_go.set()
    assert queue.wait_all(PATIENCE)


def test_when_all_work_is_cancelled_nothing_more_begins() -> None:
    builder, queue = begun()
    queue.want(asks("slow", "b"))
    assert builder.begun.wait(PATIENCE)
    assert end_all(PATIENCE) == []
    assert not queue.busy
    assert builder.built == []


def test_what_was_stopped_and_is_resumed_before_it_ended_is_made() -> None:
    builder, queue = begun()
    holding = threading.Event()

    def make(ask: Ask, results: ResultCache[Any], job: Job[Any]) -> Any:
        if ask.name == "held" and not holding.is_set():
            builder.begun.set()
            assert holding.wait(PATIENCE)
            raise Cancelled("called off")
        return builder(ask, results, job)

    queue = JobQueue[Ask](ResultCache(), make)
    queue.want(asks("held", "b"))
    assert builder.begun.wait(PATIENCE)
    queue.stop()
    queue.resume()
    queue.want(asks("held", "b"))
    holding.set()
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["held", "b"]


def test_the_work_of_a_visitor_who_left_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.job_queue.ABANDONED_AFTER", 0.1)
    builder, queue = begun()
    queue.want(asks("slow", "b"))
    assert builder.begun.wait(PATIENCE)
    wait_until(lambda: not queue.busy)
    assert builder.built == []
    builder.let_go.set()
    queue.want(asks("slow", "b"))
    assert queue.wait_all(PATIENCE)
    assert builder.built == ["slow", "b"]


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
