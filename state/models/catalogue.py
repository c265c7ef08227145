"""The catalogue of models for the pages, and the measuring of what runs them."""

from __future__ import annotations

import streamlit as st

from engine.types import BackendSelection, LateMeasurement, ModelCard
from jobs.job import Job
from jobs.visitor_jobs import Slot
from models.catalogue import cards
from state.app_resources import server_work, workbench
from state.permissions import Act, require
from state.shared_work import at_work, shared_job
from state.visitor import visitor_work


@st.cache_resource(show_spinner=False)
def model_cards() -> tuple[ModelCard, ...]:
    """Every model with where it comes from, whether it is here and what runs it."""
    return cards(checksums=True)


def maxsim_measured() -> tuple[LateMeasurement, ...]:
    """What MaxSim of the packaged encoder was measured to bring, by collection."""
    return next((card.measured for card in model_cards() if card.measured), ())


def backend_benchmark() -> Job[tuple[BackendSelection, ...]] | None:
    """The measuring of the backends that this visitor may see: at work, or ended last."""
    return shared_job(Slot.BACKEND_BENCHMARK)


def measure_backends() -> None:
    """Measure what runs the models, unless that goes on already."""
    require(Act.SERVER_SETTINGS)
    if not at_work(Slot.BACKEND_BENCHMARK):
        job = Job(
            "measuring backends", server_work().alone(_measured), title="a benchmark of backends"
        )
        visitor_work().keep(Slot.BACKEND_BENCHMARK, job)


def _measured(job: Job[tuple[BackendSelection, ...]]) -> tuple[BackendSelection, ...]:
    selections = workbench().model_setup.measure_backends(
        on_progress=lambda _, done, total: job.count(done, total), cancel=job.should_stop
    )
    model_cards.clear()
    return selections
