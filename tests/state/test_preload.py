"""The model for explanations is loaded once, behind a search that ended, when nothing works."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.types import CrossExamError
from jobs.concurrent_work import others
from jobs.job import Job
from state.explain.preload import Preload

PATIENCE = 30.0


def ended(work: Callable[[Job[object]], object]) -> Job[object]:
    job = Job[object]("search", work)
    assert job.wait(PATIENCE)
    job._thread.join(PATIENCE)
    return job


def failing(_: Job[object]) -> object:
    raise CrossExamError("no")


def test_it_is_loaded_once_however_many_searches_end() -> None:
    loaded: list[int] = []
    preload = Preload(lambda: loaded.append(1), list)
    search = ended(lambda _: 1)
    for _ in range(3):
        preload.after(search)
    assert preload.job is not None
    assert preload.job.wait(PATIENCE)
    preload.after(search)
    assert loaded == [1]


def test_a_search_that_failed_or_was_cancelled_begins_nothing() -> None:
    preload = Preload(lambda: None, list)
    preload.after(ended(failing))
    cancelled = ended(lambda _: 1)
    cancelled.cancel()
    preload.after(cancelled)
    assert preload.job is None


def test_it_waits_while_something_else_is_at_work_and_ends_when_it_is_called_off() -> None:
    loaded: list[int] = []
    working = ["another search"]
    first = Preload(lambda: loaded.append(1), lambda: working)
    second = Preload(lambda: loaded.append(2), lambda: working)
    search = ended(lambda _: 1)
    first.after(search)
    second.after(search)
    assert first.job is not None
    assert second.job is not None
    assert not first.job.wait(0.5)
    first.job.cancel()
    assert first.job.wait(PATIENCE)
    assert loaded == []
    working.clear()
    assert second.job.wait(PATIENCE)
    assert loaded == [2]


def test_what_is_at_work_is_every_other_thread_that_works() -> None:
    seen: list[list[str]] = []
    gate = threading.Event()
    busy = Job[object]("busy", lambda _: gate.wait(PATIENCE))
    looked = ended(lambda _: seen.append([worker.name for worker in others()]))
    gate.set()
    assert looked.wait(PATIENCE)
    assert busy.wait(PATIENCE)
    assert "busy" in seen[0]
    assert "search" not in seen[0]
