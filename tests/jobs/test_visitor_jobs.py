"""The registry of work: found again by whoever has the same id, bounded, and dropped in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from jobs.exclusive_work import ExclusiveWork
from jobs.experiments import Measurements
from jobs.job import Job
from jobs.visitor_jobs import Slot, VisitorJobs, VisitorWork

PATIENCE = 20.0


@pytest.fixture
def let_go() -> Iterator[threading.Event]:
    """What ends the jobs of `long`."""
    event = threading.Event()
    yield event
    event.set()


def long(let_go: threading.Event) -> Job[str]:
    """A job that works until the event, or until it is cancelled."""

    def work(job: Job[str]) -> str:
        while not job.should_stop() and not let_go.wait(0.005):
            pass
        return "done"

    return Job("secret name", work, title="a training")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_the_work_of_a_visitor_is_found_again_by_their_id_and_by_no_other(
    let_go: threading.Event,
) -> None:
    registry = VisitorJobs()
    job = long(let_go)
    registry.of("mine").keep(Slot.TRAINING, job)
    assert registry.of("mine").job(Slot.TRAINING) is job
    assert registry.of("other").job(Slot.TRAINING) is None
    assert registry.of_others("other", Slot.TRAINING) == [job]
    assert registry.of_others("other", Slot.IMPORT) == []
    assert registry.of_others("mine", Slot.TRAINING) == []


def test_what_is_for_one_thing_is_cancelled_for_all_visitors(let_go: threading.Event) -> None:
    def work(job: Job[str]) -> None:
        while not job.should_stop() and not let_go.wait(0.005):
            pass

    registry = VisitorJobs()
    mine, theirs, beside = (Job("measuring", work, key=key) for key in ("a", "a", "b"))
    registry.of("mine").keep(Slot.QUALITY_RUN, mine, part="a")
    registry.of("other").keep(Slot.CALIBRATION, theirs, part="a")
    registry.of("other").keep(Slot.QUALITY_RUN, beside, part="b")
    registry.cancel_of("a")
    assert mine.wait(PATIENCE)
    assert theirs.wait(PATIENCE)
    assert not beside.stop_requested


def test_a_slot_holds_one_job_and_cancels_the_one_before(let_go: threading.Event) -> None:
    work = VisitorWork()
    first, second, beside = long(let_go), long(let_go), long(let_go)
    work.keep(Slot.QUALITY_RUN, first, part="a")
    work.keep(Slot.QUALITY_RUN, beside, part="b")
    work.keep(Slot.QUALITY_RUN, second, part="a")
    assert first.wait(PATIENCE)
    assert first.cancelled
    assert not second.cancelled
    assert not beside.cancelled
    assert work.jobs(Slot.QUALITY_RUN) == [second, beside]


def test_how_a_job_ended_is_said_to_each_visitor_at_a_time_of_their_own(
    let_go: threading.Event,
) -> None:
    registry = VisitorJobs()
    job = long(let_go)
    first = registry.of("issued").said(job, "a.csv")
    assert registry.of("issued").said(job, "b.csv") == first
    assert registry.of("other").said(job, "b.csv")[0] == "b.csv"
    registry.of("kept").take_over(registry.of("issued"))
    assert registry.of("kept").said(job, "") == first


def test_what_was_begun_before_a_visitor_was_recognised_goes_along(
    let_go: threading.Event,
) -> None:
    registry = VisitorJobs()
    old, new, newer = long(let_go), long(let_go), long(let_go)
    registry.of("kept").keep(Slot.TRAINING, old)
    registry.of("issued").keep(Slot.TRAINING, new)
    registry.of("issued").keep(Slot.IMPORT, newer)
    registry.of("kept").take_over(registry.of("issued"))
    assert registry.of("kept").job(Slot.TRAINING) is old
    assert registry.of("kept").job(Slot.IMPORT) is newer


def test_the_registry_is_bounded_and_forgets_nobody_who_is_there_or_whose_work_runs(
    let_go: threading.Event,
) -> None:
    registry = VisitorJobs(most=2)
    registry.of("works").keep(Slot.TRAINING, long(let_go))
    registry.of("there").enter()
    at_home = registry.of("there")
    gone = registry.of("gone")
    gone.results.keep("k", "v")
    for number in range(5):
        registry.of(f"passer-by {number}")
    assert registry.of("there") is at_home
    assert registry.of("works").busy
    assert registry.of("gone") is not gone
    assert len(registry._by_visitor) <= 4


def test_a_measurement_ends_when_its_visitor_stays_away_and_not_while_they_are_there(
    monkeypatch: pytest.MonkeyPatch, let_go: threading.Event
) -> None:
    work = VisitorWork()
    work.enter()
    work.enter()  # a second window, or the session of a reload

    def measure(on_progress: object, cancel: Callable[[], bool]) -> None:
        while not cancel() and not let_go.wait(0.005):
            pass

    monkeypatch.setattr("jobs.visitor_jobs.ABANDONED_AFTER", 0.0)
    measurements = Measurements(work, ExclusiveWork())
    measurements.start("k", measure)
    job = measurements.current
    assert job is not None
    work.leave()
    assert not work.abandoned()
    assert not job.wait(0.05)
    work.leave()
    assert job.wait(PATIENCE)
    monkeypatch.setattr("jobs.visitor_jobs.ABANDONED_AFTER", 3600.0)
    assert not work.abandoned(), "a reload takes less"
