"""The work list behind Explain: in order, once, and only while somebody wants it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from engine.types import Cancel, Cancelled, CrossExamError
from jobs.queue import Desk, Progress, Results, Tell

PATIENCE = 20.0


@dataclass(frozen=True)
class Job:
    name: str


class Maker:
    """Makes jobs by name: "bad" fails, "slow" waits until it is called off or let go."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, ask: Job, results: Results, tell: Tell, cancel: Cancel) -> Any:
        if ask.name == "bad":
            raise CrossExamError("this cannot be")
        if ask.name == "odd":
            raise ValueError("a mistake")
        tell(ask.name, 1, 2, "steps")
        self.begun.set()
        while ask.name == "slow" and not self.let_go.wait(0.01):
            if cancel():
                raise Cancelled("called off")
        self.made.append(ask.name)
        return ask.name.upper()


def begun() -> tuple[Maker, Desk[Job]]:
    maker = Maker()
    return maker, Desk(Results(), maker)


def jobs(*names: str) -> list[Job]:
    return [Job(name) for name in names]


def test_work_is_done_in_order_and_once() -> None:
    maker, desk = begun()
    desk.want(jobs("a", "b", "a", "c"))
    assert desk.wait_all(PATIENCE)
    desk.want(jobs("c", "a"))
    assert desk.wait_all(PATIENCE)
    assert maker.made == ["a", "b", "c"]
    assert desk.result(Job("b")) == "B"


def test_what_is_no_longer_wanted_is_called_off() -> None:
    maker, desk = begun()
    desk.want(jobs("slow", "b"))
    assert maker.begun.wait(PATIENCE)
    desk.want(jobs("c"))
    assert desk.wait_all(PATIENCE)
    assert maker.made == ["c"]


def test_what_is_wanted_still_goes_on() -> None:
    maker, desk = begun()
    desk.want(jobs("slow"))
    assert maker.begun.wait(PATIENCE)
    assert desk.working_on(jobs("slow"))
    desk.want(jobs("a", "slow"))
    maker.let_go.set()
    assert desk.wait_all(PATIENCE)
    assert maker.made == ["slow", "a"]


def test_a_failure_is_told_and_does_not_stop_the_rest() -> None:
    maker, desk = begun()
    desk.want(jobs("bad", "odd", "a"))
    assert desk.wait(jobs("bad", "odd", "a"), PATIENCE)
    assert str(desk.error(jobs("a", "bad"))) == "this cannot be"
    assert "odd failed (ValueError: a mistake)" in str(desk.error(jobs("odd")))
    assert maker.made == ["a"]
    desk.want([])
    assert desk.error(jobs("bad")) is None


def test_what_the_visitor_stopped_waits_for_them() -> None:
    maker, desk = begun()
    desk.want(jobs("slow", "b"))
    assert maker.begun.wait(PATIENCE)
    desk.stop()
    assert desk.wait_all(PATIENCE)
    desk.want(jobs("slow", "b"))
    assert not desk.busy
    assert desk.stopped(jobs("slow"))
    assert desk.stopped(jobs("b"))
    maker.let_go.set()
    desk.resume()
    desk.want(jobs("slow", "b"))
    assert desk.wait_all(PATIENCE)
    assert maker.made == ["slow", "b"]


def test_the_oldest_result_is_dropped() -> None:
    results = Results(most=2)
    for name in ("a", "b", "c"):
        results.keep(Job(name), name)
    assert [results.get(job) for job in jobs("a", "b", "c")] == [None, "b", "c"]


def test_progress_is_said_in_its_unit() -> None:
    assert Progress("integrated gradients", 16, 32, "steps").sentence == (
        "Integrated gradients: 16 of 32 steps"
    )
    assert Progress("loading").sentence == "Loading …"


def test_the_work_of_a_visitor_who_left_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.queue.ABANDONED_AFTER", 0.1)
    maker, desk = begun()
    desk.want(jobs("slow", "b"))
    assert maker.begun.wait(PATIENCE)
    wait_until(lambda: not desk.busy)
    assert maker.made == []
    maker.let_go.set()
    desk.want(jobs("slow", "b"))
    assert desk.wait_all(PATIENCE)
    assert maker.made == ["slow", "b"]


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.01)
