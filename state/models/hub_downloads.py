"""A visitor's download from the hub: first what it would bring, then the files."""

from __future__ import annotations

from pathlib import Path

from jobs.job import Job
from jobs.visitor_jobs import Slot
from models.hub.hub_catalogue import HUB
from models.hub.hub_download import HubPlan, download, plan
from state.models.catalogue import model_cards
from state.permissions import Act, require
from state.visitor import visitor_work


def suggested() -> list[str]:
    """Models of the hub that rank well here."""
    return [model.name for model in HUB]


def look_up(name: str) -> None:
    """Ask the hub for size and licence; nothing is downloaded."""
    require(Act.MODEL)
    leave()
    job = Job(f"asking the hub about {name}", lambda _: plan(name), title="a question to the hub")
    visitor_work().keep(Slot.HUB_LOOKUP, job)


def looked_up() -> Job[HubPlan] | None:
    """What was asked last."""
    return visitor_work().job(Slot.HUB_LOOKUP)


def bring(brings: HubPlan) -> None:
    """Download what was looked up, in the background."""
    require(Act.MODEL)

    def work(job: Job[Path]) -> Path:
        return download(brings, on_progress=job.count, cancel=job.should_stop)

    job = Job(f"downloading {brings.name}, bytes", work, title="a download")
    visitor_work().keep(Slot.HUB_DOWNLOAD, job)


def bringing() -> Job[Path] | None:
    """The download that was started last."""
    return visitor_work().job(Slot.HUB_DOWNLOAD)


def busy() -> bool:
    """Whether something is looked up or downloaded now."""
    return any(job is not None and job.running for job in (looked_up(), bringing()))


def leave() -> None:
    """Stop a download and forget what was looked up; what is there is kept for another time."""
    running = bringing()
    if running is not None:
        running.cancel()
    for slot in (Slot.HUB_LOOKUP, Slot.HUB_DOWNLOAD):
        visitor_work().forget(slot)
    model_cards.clear()
