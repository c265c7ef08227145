"""A job that several visitors wait for: one of them cancels, the others get what it gives."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from engine.types import Cancelled, CrossExamError
from jobs import shared_jobs
from jobs.job import Job
from jobs.shared_jobs import SharedJob, SharedJobs
from jobs.visitor_jobs import VisitorWork

PATIENCE = 20.0


class Counting:
    """A job that waits to be let go, begun as often as `begun` says."""

    def __init__(self) -> None:
        self.go_on, self.begun = threading.Event(), 0
        self.jobs = SharedJobs[int](4)

    def of(self, visitor: VisitorWork) -> SharedJob[int]:
        return self.jobs.of("key", visitor, self._begin)

    def _begin(self) -> Job[int]:
        self.begun += 1

        def work(job: Job[int]) -> int:
            while not self.go_on.wait(0.01):
                if job.should_stop():
                    raise Cancelled("counting was cancelled")
            return 3

        return Job("counting", work)


@pytest.fixture
def counting() -> Iterator[Counting]:
    counting = Counting()
    yield counting
    counting.go_on.set()


def test_one_visitors_cancel_leaves_it_to_the_others(counting: Counting) -> None:
    ann, bob = VisitorWork(), VisitorWork()
    of_ann, of_bob = counting.of(ann), counting.of(bob)
    assert counting.begun == 1
    of_ann.cancel()
    assert (of_ann.running, of_ann.cancelled) == (False, True)
    assert of_ann.wait(0)
    with pytest.raises(Cancelled):
        of_ann.result()
    assert (of_bob.running, of_bob.cancelled) == (True, False)
    assert not counting.of(ann).running, "cancelled stays so"
    counting.go_on.set()
    assert of_bob.wait(PATIENCE)
    assert of_bob.result() == 3
    assert counting.of(ann).value == 3
    assert counting.begun == 1


def test_it_stops_when_the_last_who_waits_cancels_and_is_begun_for_the_next(
    counting: Counting,
) -> None:
    ann, bob, eve = VisitorWork(), VisitorWork(), VisitorWork()
    of_ann, of_bob = counting.of(ann), counting.of(bob)
    of_ann.cancel()
    of_bob.cancel()
    assert counting.begun == 1
    of_eve = counting.of(eve)
    assert counting.begun == 2, "the first is stopping"
    assert of_eve.running
    assert not counting.of(bob).running
    counting.jobs.again("key", bob)
    assert counting.of(bob).running
    assert counting.begun == 2


def test_who_left_without_a_word_and_who_is_known_by_now_hold_nothing_up(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, issued = VisitorWork(), VisitorWork()
    counting.of(issued)
    of_ann = counting.of(ann)
    ann.take_over(issued)
    of_ann.cancel()
    assert counting.of(VisitorWork()).running
    assert counting.begun == 2, "the first was stopped: nobody but Ann waited"
    monkeypatch.setattr(shared_jobs, "ABANDONED_AFTER", 0.0)
    counting.of(VisitorWork()).cancel()
    counting.of(VisitorWork())
    assert counting.begun == 3


def test_one_that_failed_says_why_and_is_begun_anew() -> None:
    def fails(_: Job[int]) -> int:
        raise CrossExamError("no room")

    jobs, ann = SharedJobs[int](4), VisitorWork()
    job = jobs.of("key", ann, lambda: Job("counting", fails))
    assert job.wait(PATIENCE)
    assert str(job.error) == "no room"
    again = jobs.of("key", ann, lambda: Job("counting", lambda _: 7))
    assert again.result() == 7
    assert jobs.of("key", ann, lambda: Job("counting", fails)).value == 7


def test_who_is_forgotten_is_not_held_by_what_they_waited_for_or_cancelled(
    counting: Counting,
) -> None:
    waiting, cancelling = VisitorWork(), VisitorWork()
    kept = [weakref.ref(waiting), weakref.ref(cancelling)]
    counting.of(waiting)
    counting.of(cancelling).cancel()
    del waiting, cancelling
    gc.collect()
    assert [each() for each in kept] == [None, None]


def test_nobody_is_counted_as_waiting_once_the_job_has_ended(counting: Counting) -> None:
    ann = VisitorWork()
    of_ann = counting.of(ann)
    (shared,) = counting.jobs._by_key.values()
    assert list(shared.looked) == [ann]
    counting.go_on.set()
    assert of_ann.wait(PATIENCE)
    assert not counting.of(ann).running
    assert not shared.looked
