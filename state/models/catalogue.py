"""The catalogue of models for the pages, and the measuring of what runs them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import streamlit as st

from engine.types import BackendSelection, LateMeasurement, ModelCard
from jobs.job import Job
from models.catalogue import cards
from state.app_resources import workbench
from state.permissions import Act, require


@st.cache_resource(show_spinner=False)
def model_cards() -> tuple[ModelCard, ...]:
    """Every model with where it comes from, whether it is here and what runs it."""
    return cards(checksums=True)


def maxsim_measured() -> tuple[LateMeasurement, ...]:
    """What MaxSim of the packaged encoder was measured to bring, by collection."""
    return next((card.measured for card in model_cards() if card.measured), ())


@dataclass(slots=True)
class BackendBenchmark:
    """The measuring of engines, of which the server does one at a time."""

    job: Job[tuple[BackendSelection, ...]] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.running

    def start(self) -> None:
        """Measure, unless that goes on already."""
        require(Act.SERVER_SETTINGS)
        with self.lock:
            if not self.running:
                self.job = Job("measuring engines", _measured)


@st.cache_resource(show_spinner=False)
def backend_benchmark() -> BackendBenchmark:
    """The one that all visitors share."""
    return BackendBenchmark()


def _measured(job: Job[tuple[BackendSelection, ...]]) -> tuple[BackendSelection, ...]:
    found = workbench().model_setup.measure_backends(
        on_progress=lambda _, done, total: job.count(done, total), cancel=job.should_stop
    )
    model_cards.clear()
    return found
