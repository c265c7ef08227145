"""A visitor's download from the hub: first what it would bring, then the files."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from jobs.job import Job
from models.hub.hub_catalogue import HUB
from models.hub.hub_download import HubPlan, download, plan
from state.models.catalogue import model_cards
from state.permissions import Act, require

_PLAN, _BRING = "_hub_plan", "_hub_download"


def known() -> list[str]:
    """Models of the hub that are known to rank well here."""
    return [model.name for model in HUB]


def look_up(name: str) -> None:
    """Ask the hub for size and licence; nothing is downloaded."""
    require(Act.MODEL)
    leave()
    st.session_state[_PLAN] = Job(f"asking the hub about {name}", lambda _: plan(name))


def looked_up() -> Job[HubPlan] | None:
    """What was asked last."""
    found: Job[HubPlan] | None = st.session_state.get(_PLAN)
    return found


def bring(found: HubPlan) -> None:
    """Download what was looked up, in the background."""
    require(Act.MODEL)

    def work(job: Job[Path]) -> Path:
        return download(found, on_progress=job.count, cancel=job.should_stop)

    st.session_state[_BRING] = Job(f"downloading {found.name}, bytes", work)


def bringing() -> Job[Path] | None:
    """The download that was started last."""
    found: Job[Path] | None = st.session_state.get(_BRING)
    return found


def busy() -> bool:
    """Whether something is looked up or downloaded now."""
    return any(job is not None and job.running for job in (looked_up(), bringing()))


def leave() -> None:
    """Stop a download and forget what was looked up; what is there is kept for another time."""
    running = bringing()
    if running is not None:
        running.cancel()
    for name in (_PLAN, _BRING):
        st.session_state.pop(name, None)
    model_cards.clear()
