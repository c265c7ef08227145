"""The one workbench of the server, and corpora prepared in the background."""

from __future__ import annotations

import itertools
import os
import threading
from dataclasses import dataclass, field

import streamlit as st

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from jobs.exclusive_work import ExclusiveWork
from jobs.job import Job
from workbench.workbench import Workbench

BUNDLED = "senses"
_OPENINGS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class LoadedCorpus:
    """A corpus and what searches it; each opening has a `number` of its own.

    Queries and judgments can be replaced while the documents, and so the fingerprint, stay: what
    is computed from them is kept by this number.
    """

    corpus: Corpus
    searcher: Searcher
    number: int = field(default_factory=lambda: next(_OPENINGS), compare=False)


def _preparation(bench: Workbench, name: str) -> Job[LoadedCorpus]:
    """A job that opens, indexes and loads what a corpus needs.

    Cancelled, it keeps what was embedded until then.
    """

    def work(job: Job[LoadedCorpus]) -> LoadedCorpus:
        corpus = bench.corpora.open(name)
        searcher = bench.searchers.of(
            corpus, log=job.log, on_progress=job.report, cancel=job.should_stop
        )
        return LoadedCorpus(corpus, searcher)

    return Job(
        f"prepare {name}",
        work,
        key=name,
        first_step="opening the corpus",
        failed=f"the corpus {name!r} could not be opened",
        on_cancel=f"indexing {name!r} was cancelled; what was done is kept: resume it on "
        "the Corpora page, or choose another corpus",
        indexes=True,
    )


class Preparations:
    """One preparation for each corpus, shared by all visitors; a failed one is tried anew.

    A cancelled one stays so until `resume`, or every page would start it again.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._by_name: dict[str, Job[LoadedCorpus]] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Job[LoadedCorpus]:
        with self._lock:
            job = self._by_name.get(name)
            if job is None or (job.error is not None and not job.running and not job.cancelled):
                job = self._by_name[name] = _preparation(self._bench, name)
            return job

    def begun(self, name: str) -> Job[LoadedCorpus] | None:
        """The preparation of a corpus, None where nobody asked for it yet."""
        return self._by_name.get(name)

    def forget(self, name: str) -> None:
        """Drop a preparation; it is called off if it still runs."""
        with self._lock:
            job = self._by_name.pop(name, None)
        if job is not None:
            job.cancel()

    def resume(self, name: str) -> Job[LoadedCorpus]:
        """Go on with what was cancelled."""
        with self._lock:
            job = self._by_name.get(name)
            if job is not None and job.cancelled:
                del self._by_name[name]
        return self.of(name)


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """The workbench that all visitors share."""
    chosen = os.environ.get("CROSSEXAM_BI_ENCODER", "").strip()
    return Workbench(bi_encoder=chosen) if chosen else Workbench()


@st.cache_resource(show_spinner=False)
def preparations() -> Preparations:
    """The preparations that all visitors share."""
    return Preparations(workbench())


@st.cache_resource(show_spinner=False)
def server_work() -> ExclusiveWork:
    """The one work of this server that takes the whole machine: measuring, and training.

    Two at once would be in each other's times.
    """
    return ExclusiveWork()


def prepare(name: str) -> Job[LoadedCorpus]:
    """Start making a corpus ready, or join in while that goes on."""
    return preparations().of(name)


def resume(name: str) -> Job[LoadedCorpus]:
    """Go on with an indexing that was cancelled."""
    return preparations().resume(name)


def warm_up() -> None:
    """What the server does before the first visitor: models and the bundled corpus."""
    prepare(BUNDLED)
