"""The lab of one visitor: what can be measured for a corpus, a query and settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.latency.batching import BatchReport
from engine.latency.depth import DeepPass
from engine.latency.energy import EnergyReport
from engine.latency.figure_export import FigureData, Value, figure_csv, figure_json
from engine.latency.power import Power, assumed_power
from engine.latency.repeated_searches import LatencyReport
from engine.search.settings import Settings
from jobs.experiments import Experiment, Measurements
from jobs.job import Job
from state.app_resources import LoadedCorpus, server_work, workbench
from state.latency import measurements as work
from state.search import attached_runs
from state.visitor import visitor_work
from system.hardware import hardware, hardware_sentence

_SHOWN = "_measurement_shown"


class Lab:
    """The experiments, each with its last result."""

    def __init__(
        self, measurements: Measurements, loaded: LoadedCorpus, query: str, settings: Settings
    ) -> None:
        self._measurements = measurements
        self.request = work.MeasurementRequest(loaded, query, settings)
        corpus = (loaded.corpus.info.name, loaded.corpus.info.fingerprint)
        runs = attached_runs.version(corpus[1], (settings.first_stage, *settings.rerankers))
        searched = (*corpus, runs)  # also with another run under the name of an earlier one
        local = self.request.local
        deep = replace(local, depth=Settings().depth)  # its depth is every depth
        self.runs: Experiment[LatencyReport] = Experiment(
            measurements, ("runs", searched, query, self.request.repeated)
        )
        self.depth: Experiment[DeepPass] = Experiment(
            measurements, ("depth", searched, query, deep)
        )
        self.batches: Experiment[BatchReport] = Experiment(
            measurements, ("batches", corpus, query, settings.precision)
        )
        self.scale: Experiment[work.ScaleReport] = Experiment(
            measurements, ("scale", corpus, query, settings.precision)
        )
        self.ann: Experiment[work.AnnResult] = Experiment(measurements, ("ann", corpus))
        self.energy: Experiment[EnergyReport] = Experiment(
            measurements, ("energy", searched, query, local)
        )
        experiments = (self.runs, self.depth, self.batches, self.scale, self.ann, self.energy)
        self._keys = [experiment.key for experiment in experiments]

    def cancel_of_another_query(self) -> None:
        """Cancel what this page measured before: it would be in the times of this search.

        What the visitor measures in another window is left: it has its own page.
        """
        current = self._measurements.current
        if current is None:
            return
        shown_job: Job[Any] | None = st.session_state.get(_SHOWN)
        if current.key in self._keys:
            st.session_state[_SHOWN] = current
        elif shown_job is current:
            current.cancel()

    @property
    def running(self) -> Job[Any] | None:
        """What is being measured now."""
        current = self._measurements.current
        return current if current is not None and current.running else None

    @property
    def busy(self) -> bool:
        return self.running is not None

    def measure_runs(self, runs: int) -> None:
        """Start one cold search and `runs` warm ones."""
        self.runs.start(
            lambda on_progress, cancel: work.repeated(self.request, runs, on_progress, cancel)
        )

    def measure_depth(self) -> None:
        """Start a pass as deep as can be."""
        self.depth.start(lambda on_progress, cancel: work.deep(self.request, on_progress, cancel))

    def measure_batches(self) -> None:
        """Start trying batch settings."""
        self.batches.start(
            lambda on_progress, cancel: work.batches(self.request, on_progress, cancel)
        )

    def measure_scale(self, most: int) -> None:
        """Start timing one and a hundred documents, and searches of up to `most` vectors."""
        self.scale.start(
            lambda on_progress, cancel: work.scale(self.request, most, on_progress, cancel)
        )

    def measure_ann(self, links: int) -> None:
        """Start comparing a graph of so many links with exact search."""
        self.ann.start(
            lambda on_progress, cancel: work.ann(self.request, links, on_progress, cancel)
        )

    def measure_energy(self, queries: int) -> None:
        """Start counting for so many judged queries; 0: for this query."""
        self.energy.start(
            lambda on_progress, cancel: work.energy(self.request, queries, on_progress, cancel)
        )

    def judgments(self) -> dict[str, int]:
        """The judgments of this query; empty where nobody judged it."""
        corpus = self.request.loaded.corpus
        judged_query = corpus.query_for_text(self.request.query)
        return corpus.judgments(judged_query.query_id) if judged_query is not None else {}

    def conditions(self, **more: Value) -> dict[str, Value]:
        """Under what a figure was measured, for its export."""
        settings, corpus = self.request.settings, self.request.loaded.corpus.info
        return {
            "corpus": corpus.name,
            "documents": corpus.documents,
            "query": self.request.query,
            "depth": settings.depth,
            "first stage": settings.first_stage,
            "precision": settings.precision,
            **more,
        }

    @property
    def backend(self) -> str:
        """What scores the pairs of such a search, and in which precision."""
        return self.request.scoring(workbench().models.cross_encoder()).backend

    @property
    def device(self) -> str:
        """Where the cross-encoder computes: "CPU", or what its engine names."""
        return self.backend.partition(" on ")[2] or "CPU"

    @property
    def _backends(self) -> dict[str, str]:
        return {
            "bi-encoder": workbench().models.bi_encoder().backend,
            "cross-encoder": self.backend,
        }

    def hardware_in_words(self) -> str:
        """The hardware, its threads and what runs the models."""
        threads = workbench().models.cross_encoder().threads
        return hardware_sentence(_hardware(), backends=self._backends, threads=threads)

    def exported(
        self,
        name: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Value]],
        about: Mapping[str, Value],
    ) -> tuple[str, str]:
        """(CSV, JSON) of a figure, both with the machine, backends and precisions of it."""
        threads = workbench().models.cross_encoder().threads
        facts: dict[str, str | int] = {"threads": threads} if threads is not None else {}
        facts = {**_hardware(), **facts, **self._backends, "device": self.device}
        data = FigureData(name, tuple(columns), rows, about, facts)
        return figure_csv(data), figure_json(data)


def lab(loaded: LoadedCorpus, query: str, settings: Settings) -> Lab:
    """This visitor's measurements for a query; one for another query is cancelled."""
    new_lab = Lab(Measurements(visitor_work(), server_work()), loaded, query, settings)
    new_lab.cancel_of_another_query()
    return new_lab


@st.cache_resource(show_spinner=False)
def _hardware() -> dict[str, str | int]:
    return hardware()


@st.cache_resource(show_spinner=False)
def power() -> Power:
    """The watts to assume for this machine."""
    facts = _hardware()
    return assumed_power(str(facts["processor"]), int(facts["cores"]))
