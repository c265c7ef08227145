"""The one workbench of the server, and corpora made ready in the background."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass

import streamlit as st

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.types import Cancelled
from jobs.background import Undertaking
from jobs.progress import Progress
from workbench.workbench import Workbench

BUNDLED = "senses"
SOON = 1.0  # seconds after which a rate means something


@dataclass(frozen=True, slots=True)
class Ready:
    """A corpus and what searches it."""

    corpus: Corpus
    searcher: Searcher


class Indexing(Undertaking):
    """Work that tells what it is doing, how far it is and how fast; `what` is the first."""

    indexes = True

    def __init__(self, failed: str, what: str) -> None:
        super().__init__(failed)
        self._started = time.monotonic()
        self._status = Progress(what)
        self._step_began = (self._started, 0)

    @property
    def status(self) -> Progress:
        status = self._status
        now = time.monotonic()
        began, first = self._step_began
        new = status.done - first
        rate = new / (now - began) if new > 0 and now - began > SOON else 0.0
        return Progress(status.what, status.done, status.total, now - self._started, rate)

    def _say(self, what: str) -> None:
        self._status = Progress(what)

    def _step(self, what: str, done: int, total: int) -> None:
        if what != self._status.what or not self._status.total:
            self._step_began = (time.monotonic(), done)  # what an earlier run did is no rate
        self._status = Progress(what, done, total)


class Preparation(Indexing):
    """Opens, indexes and loads what a corpus needs, in a thread of its own.

    Cancelled, it keeps what was embedded until then.
    """

    def __init__(self, bench: Workbench, name: str) -> None:
        super().__init__(f"the corpus {name!r} could not be made ready", "opening the corpus")
        self._bench = bench
        self._name = name
        self._ready: Ready | None = None
        self._start(self._work, name=f"prepare {name}")

    @property
    def failed(self) -> bool:
        return self.error is not None

    def result(self) -> Ready:
        """The corpus made ready; raises the CrossExamError that stopped the work."""
        self.wait()
        if self.error is not None:
            raise self.error
        assert self._ready is not None
        return self._ready

    def _work(self) -> None:
        corpus = self._bench.corpus(self._name)
        searcher = self._bench.searcher(
            corpus, say=self._say, on_progress=self._step, cancel=self._cancelled.is_set
        )
        self._ready = Ready(corpus, searcher)

    def _called_off(self, error: Cancelled) -> None:  # noqa: ARG002
        self.error = Cancelled(
            f"indexing {self._name!r} was cancelled; what was done is kept: resume it on "
            "the Corpora page, or choose another corpus"
        )


class Preparations:
    """One preparation for each corpus, shared by all visitors; a failed one is tried anew.

    A cancelled one stays so until `resume`, or every page would start it again.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._by_name: dict[str, Preparation] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Preparation:
        with self._lock:
            known = self._by_name.get(name)
            if known is None or (known.failed and known.wait(0) and not known.cancelled):
                known = self._by_name[name] = Preparation(self._bench, name)
            return known

    def known(self, name: str) -> Preparation | None:
        """The preparation of a corpus, None where nobody asked for it yet."""
        return self._by_name.get(name)

    def forget(self, name: str) -> None:
        """Drop a preparation; it is called off if it still runs."""
        with self._lock:
            known = self._by_name.pop(name, None)
        if known is not None:
            known.cancel()

    def resume(self, name: str) -> Preparation:
        """Go on with what was cancelled."""
        with self._lock:
            known = self._by_name.get(name)
            if known is not None and known.cancelled:
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


def prepare(name: str) -> Preparation:
    """Start making a corpus ready, or join in while that goes on."""
    return preparations().of(name)


def resume(name: str) -> Preparation:
    """Go on with an indexing that was cancelled."""
    return preparations().resume(name)


def warm_up() -> None:
    """What the server does before the first visitor: models and the bundled corpus."""
    prepare(BUNDLED)
