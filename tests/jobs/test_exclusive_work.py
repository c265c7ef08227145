"""One piece of work at a time for the whole server: the others wait, and say for what."""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Callable
from pathlib import Path

from engine.types import Cancelled
from jobs.exclusive_work import ExclusiveWork
from jobs.experiments import Measurements
from jobs.job import Job
from jobs.visitor_jobs import VisitorWork

PATIENCE = 20.0
ROOT = Path(__file__).parents[2]


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def held(exclusive: ExclusiveWork, let_go: threading.Event) -> Job[str]:
    """A job that works until the event, half done, at a secret of its visitor."""

    def work(job: Job[str]) -> str:
        job.report("reading “a secret query”", 5, 10)
        assert let_go.wait(PATIENCE)
        return "first"

    job: Job[str] = Job("secret", exclusive.alone(work), title="a measurement")
    until(lambda: exclusive.current is job)
    return job


def test_work_waits_for_the_work_that_came_before_in_order() -> None:
    exclusive, let_go, order = ExclusiveWork(), threading.Event(), list[str]()
    held(exclusive, let_go)
    later = []
    for name in ("second", "third"):
        job: Job[str] = Job(name, exclusive.alone(lambda job: order.append(job.name)))
        until(lambda job=job: job.progress.step.startswith("waiting"))  # type: ignore[misc]
        later.append(job)
    let_go.set()
    assert all(job.wait(PATIENCE) for job in later)
    assert order == ["second", "third"]
    assert exclusive.current is None


def test_waiting_is_told_with_what_runs_how_far_it_is_and_none_of_its_texts() -> None:
    exclusive, let_go = ExclusiveWork(), threading.Event()
    held(exclusive, let_go)
    waits: Job[str] = Job("mine", exclusive.alone(lambda _: "mine"))
    until(lambda: waits.progress.total == 10)
    now = waits.progress
    assert (now.step, now.done, now.total) == ("waiting for a measurement", 5, 10)
    let_go.set()
    assert waits.result() == "mine"


def test_what_waits_can_be_cancelled_and_what_failed_lets_the_next_one_work() -> None:
    exclusive, let_go = ExclusiveWork(), threading.Event()
    held(exclusive, let_go)
    waits: Job[str] = Job("mine", exclusive.alone(lambda _: "mine"))
    waits.cancel()
    assert waits.wait(PATIENCE), "it need not wait for the other's end"
    assert isinstance(waits.problem, Cancelled)
    let_go.set()

    def fail(_: Job[str]) -> str:
        raise ValueError("a mistake")

    assert Job("bad", exclusive.alone(fail)).wait(PATIENCE)
    assert Job("good", exclusive.alone(lambda _: "good")).result() == "good"


def test_measurements_of_two_visitors_are_never_made_at_once() -> None:
    exclusive, let_go = ExclusiveWork(), threading.Event()
    one, other = (Measurements(VisitorWork(), exclusive) for _ in range(2))
    for visitor in (one, other):
        visitor._work.enter()
    one.start("a", lambda *_: let_go.wait(PATIENCE))
    until(lambda: exclusive.current is one.current)
    other.start("b", lambda *_: "result")
    assert other.current is not None
    until(lambda: other.current.progress.step == "waiting for a measurement")  # type: ignore[union-attr]
    assert other.results.get("b") is None
    let_go.set()
    assert other.current.wait(PATIENCE)
    assert other.results.get("b") == "result"


def test_a_thread_that_works_for_visitors_is_a_job() -> None:
    outside = []
    for path in sorted(ROOT.glob("*/**/*.py")):
        area = path.relative_to(ROOT).parts[0]
        if area in ("jobs", "tests", "corpora", "models", "system") or area.startswith("."):
            continue  # what lies below jobs/ knows no jobs
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                if name in ("Worker", "Thread"):
                    outside.append(path.relative_to(ROOT).as_posix())
    assert outside == []
