"""Workers end when they are told to, and those that do not are named."""

from __future__ import annotations

import threading

from jobs.background import Worker, end_all
from jobs.job import Job


def test_all_work_is_cancelled_and_waited_for() -> None:
    stopped = threading.Event()
    ended: list[bool] = []

    def work() -> None:
        ended.append(stopped.wait(30))

    Worker(work, name="waits to be cancelled", cancel=stopped.set).start()
    job: Job[None] = Job("job", lambda job: _until(job.should_stop))
    assert end_all(20.0) == []
    assert ended == [True]
    assert not job.running
    assert job.cancelled


def test_work_that_goes_on_is_named() -> None:
    free = threading.Event()

    def work(event: threading.Event) -> None:
        event.wait(30)

    worker = Worker(work, name="deaf", cancel=lambda: None, arguments=(free,))
    worker.start()
    assert end_all(0.01) == ["deaf"]
    free.set()
    worker.join(10)
    assert end_all(0.01) == []


def _until(cancel: object) -> None:
    assert callable(cancel)
    while not cancel():
        threading.Event().wait(0.005)
