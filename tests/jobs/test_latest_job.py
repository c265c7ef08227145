"""Of several jobs only the latest runs."""

from __future__ import annotations

import threading

from jobs.job import Job
from jobs.latest_job import latest_job
from jobs.result_cache import ResultCache


def waiting(end: threading.Event) -> Job[str]:
    """A job that works until it is let go or cancelled."""

    def work(job: Job[str]) -> str:
        while not end.wait(0.01) and not job.should_stop():
            pass
        return "done"

    return Job[str]("waiting", work, first_step="waiting", failed="waiting failed")


def test_the_next_one_cancels_the_last_and_what_is_done_is_remembered() -> None:
    jobs: ResultCache[Job[str]] = ResultCache(5)
    end = threading.Event()
    first = latest_job(jobs, "first", lambda: waiting(end))
    assert latest_job(jobs, "first", lambda: waiting(end)) is first
    second = latest_job(jobs, "second", lambda: waiting(end))
    assert first.wait(30)
    assert first.cancelled
    end.set()
    assert second.wait(30)
    again = latest_job(jobs, "first", lambda: waiting(end))
    assert again is not first, "what was cancelled is not remembered"
    assert latest_job(jobs, "second", lambda: waiting(end)) is second
