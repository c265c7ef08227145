"""What other visitors have at work: named by what it is, with its time left, and no more."""

from __future__ import annotations

from typing import Any

from components.common.job_progress import others_progress
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.polling import redraw_while
from state.shared_work import others_jobs

REDRAW_SECONDS = 2.0


def others_work(slot: Slot, *, but: Job[Any] | None = None) -> None:
    """Draw a line for each, until they end; nothing where nothing is at work.

    `but` is drawn as what it is already.
    """

    def draw() -> None:
        for job in others_jobs(slot, but=but):
            others_progress(job.title, job.progress)

    if others_jobs(slot, but=but):
        redraw_while(lambda: bool(others_jobs(slot, but=but)), draw, every=REDRAW_SECONDS)
