"""The one workbench of the server, and corpora made ready in the background."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import streamlit as st

from corpora.corpus import Corpus
from search.searcher import Searcher
from search.types import CrossExamError
from workbench import Workbench

BUNDLED = "senses"


@dataclass(frozen=True, slots=True)
class Ready:
    """A corpus and what searches it."""

    corpus: Corpus
    searcher: Searcher


@dataclass(frozen=True, slots=True)
class Status:
    """What a preparation is doing: a sentence, and how far it is (None: not known)."""

    what: str
    done: int = 0
    total: int = 0
    seconds: float = 0.0

    @property
    def fraction(self) -> float | None:
        return self.done / self.total if self.total else None


class Preparation:
    """Opens, indexes and loads what a corpus needs, in a thread of its own."""

    def __init__(self, bench: Workbench, name: str) -> None:
        self._bench = bench
        self._name = name
        self._started = time.monotonic()
        self._status = Status("opening the corpus")
        self._ready: Ready | None = None
        self._error: CrossExamError | None = None
        self._finished = threading.Event()
        threading.Thread(target=self._work, name=f"prepare {name}", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether it finished, well or not, within that time."""
        return self._finished.wait(seconds)

    @property
    def status(self) -> Status:
        status = self._status
        elapsed = time.monotonic() - self._started
        return Status(status.what, status.done, status.total, elapsed)

    @property
    def failed(self) -> bool:
        return self._error is not None

    def result(self) -> Ready:
        """The corpus made ready; raises the CrossExamError that stopped the work."""
        self._finished.wait()
        if self._error is not None:
            raise self._error
        assert self._ready is not None
        return self._ready

    def _work(self) -> None:
        try:
            corpus = self._bench.corpus(self._name)
            searcher = self._bench.searcher(corpus, say=self._say, on_progress=self._step)
            self._ready = Ready(corpus, searcher)
        except CrossExamError as error:
            self._error = error
        except Exception as error:
            self._error = CrossExamError(
                f"the corpus {self._name!r} could not be made ready "
                f"({type(error).__name__}: {error}); the server's log has more"
            )
            raise
        finally:
            self._finished.set()

    def _say(self, what: str) -> None:
        self._status = Status(what)

    def _step(self, what: str, done: int, total: int) -> None:
        self._status = Status(what, done, total)


class Preparations:
    """One preparation for each corpus, shared by all visitors; a failed one is tried anew."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._by_name: dict[str, Preparation] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Preparation:
        with self._lock:
            known = self._by_name.get(name)
            if known is None or (known.failed and known.wait(0)):
                known = self._by_name[name] = Preparation(self._bench, name)
            return known


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """The workbench that all visitors share."""
    return Workbench()


@st.cache_resource(show_spinner=False)
def preparations() -> Preparations:
    """The preparations that all visitors share."""
    return Preparations(workbench())


def prepare(name: str) -> Preparation:
    """Start making a corpus ready, or join in while that goes on."""
    return preparations().of(name)


def warm_up() -> None:
    """What the server does before the first visitor: models and the bundled corpus."""
    prepare(BUNDLED)
