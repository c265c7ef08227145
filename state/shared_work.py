"""Long work that concerns all who use the server: whose it is, and who may see and stop it."""

from __future__ import annotations

from typing import Any

from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.permissions import Act, actor
from state.visitor import visitor_id, visitor_jobs, visitor_work


def shared_job(slot: Slot) -> Job[Any] | None:
    """The job of this slot that the visitor may see and stop: at work, or ended last.

    Their own, and where other visitors' work may be seen, that too.
    """
    own_job = visitor_work().job(slot)
    if (own_job is not None and own_job.running) or not actor().may(Act.OTHERS_WORK):
        return own_job
    jobs = [
        job for job in (own_job, *visitor_jobs().of_others(visitor_id(), slot)) if job is not None
    ]
    return max(jobs, key=lambda job: (job.running, job.started), default=None)


def others_jobs(slot: Slot, *, but: Job[Any] | None = None) -> list[Job[Any]]:
    """What is at work in this slot for other visitors, to be named by its title alone.

    `but` is shown as what it is already.
    """
    jobs_of_others = visitor_jobs().of_others(visitor_id(), slot)
    return [job for job in jobs_of_others if job.running and job is not but]


def at_work(slot: Slot) -> bool:
    """Whether anybody's job of this slot runs."""
    own_job = visitor_work().job(slot)
    return (own_job is not None and own_job.running) or bool(others_jobs(slot))
