"""Times are measured when nothing is being indexed; other work meanwhile is named."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.types import Cancelled
from jobs.background import Worker
from jobs.concurrent_work import Watch, disturbed_by, wait_for_indexing
from jobs.job import Job


@contextmanager
def at_work(name: str, *, indexes: bool) -> Iterator[threading.Event]:
    """A worker of this name until the event is set or the block ends."""
    over = threading.Event()
    worker = Worker(lambda: bool(over.wait(30)), name=name, cancel=over.set, indexes=indexes)  # type: ignore[arg-type]
    worker.start()
    try:
        yield over
    finally:
        over.set()
        worker.join(10)


def test_a_measurement_waits_until_indexing_ends() -> None:
    over = threading.Event()
    indexing: Job[bool] = Job("embed things", lambda _: over.wait(30), indexes=True)
    said: list[str] = []

    def on_progress(what: str, done: int, total: int) -> None:
        said.append(what)
        if len(said) == 2:
            over.set()

    wait_for_indexing(on_progress, lambda: False)
    assert indexing.wait(10)
    assert len(said) >= 2
    assert set(said) == {"waiting until this server has finished: embed things"}


def test_work_that_does_not_index_is_not_waited_for() -> None:
    with at_work("search", indexes=False):
        wait_for_indexing(lambda *_: None, lambda: True)


def test_the_wait_can_be_called_off() -> None:
    with at_work("prepare big", indexes=True), pytest.raises(Cancelled):
        wait_for_indexing(lambda *_: None, lambda: True)


def test_other_work_during_a_measurement_is_named_once() -> None:
    told: list[tuple[str, int, int]] = []
    watch = Watch(lambda *news: told.append(news))
    assert watch.seen == []
    with at_work("prepare other", indexes=True), at_work("search", indexes=False):
        watch.report("reading pairs", 1, 2)
        watch.report("reading pairs", 2, 2)
    watch.report("done", 0, 0)
    assert watch.seen == ["prepare other", "search"]
    assert told == [("reading pairs", 1, 2), ("reading pairs", 2, 2), ("done", 0, 0)]


def test_a_saved_run_says_what_went_on_meanwhile() -> None:
    assert disturbed_by({"meanwhile": ["search"]}) == ["search"]
    assert disturbed_by({}) == disturbed_by({"meanwhile": None}) == []
