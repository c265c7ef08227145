"""Measurements in the background, and their results for as long as the session lasts."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, cast

import streamlit as st

from corpora.vectors import FaissIndex
from search.latency import Counted, LatencyReport, repeat
from search.machine import machine, machine_sentence
from search.scale import ScaleMeasured, measure_scale
from search.settings import Settings
from search.types import Cancel, CrossExamError
from state.bench import Ready, workbench

REMEMBERED = 20
_SHELF = "_latency"
Tell = Callable[[str, int, int], None]
Work = Callable[[Tell, Cancel], Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """What a measurement is doing, and how far it is (total 0: not known)."""

    what: str
    done: int = 0
    total: int = 0

    @property
    def fraction(self) -> float:
        return min(1.0, self.done / self.total) if self.total else 0.0


class Measurement:
    """One measurement in a thread. It waits for its turn, so that two do not disturb each other.

    `keep` is called with the result, and only when the measurement was not cancelled.
    """

    def __init__(
        self, key: Hashable, work: Work, keep: Callable[[Any], None], turn: threading.Lock
    ) -> None:
        self.key = key
        self.progress = Progress("starting")
        self.error: CrossExamError | None = None
        self._cancelled = threading.Event()
        self._finished = threading.Event()
        self._arguments = (work, keep, turn)
        threading.Thread(target=self._run, name="measure", daemon=True).start()

    @property
    def running(self) -> bool:
        return not self._finished.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Stop after the batch that is being worked on."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Whether it finished within that time."""
        return self._finished.wait(seconds)

    def _run(self) -> None:
        work, keep, turn = self._arguments
        try:
            while not turn.acquire(timeout=0.1):
                self._tell("waiting for another visitor's measurement", 0, 0)
                if self.cancelled:
                    return
            try:
                result = work(self._tell, self._cancelled.is_set)
            finally:
                turn.release()
            if result is not None and not self.cancelled:
                keep(result)
        except CrossExamError as error:
            self.error = error
        except Exception as error:
            self.error = CrossExamError(
                f"the measurement failed ({type(error).__name__}: {error}); the server's log has "
                "more"
            )
            raise
        finally:
            self._finished.set()

    def _tell(self, what: str, done: int, total: int) -> None:
        self.progress = Progress(what, done, total)


class Shelf:
    """A visitor's results by key, and the one measurement that may be running."""

    def __init__(self, turn: threading.Lock) -> None:
        self._turn = turn
        self._results: OrderedDict[Hashable, Any] = OrderedDict()
        self.current: Measurement | None = None

    def result(self, key: Hashable) -> Any:
        """What was last measured for this key, None if nothing was."""
        return self._results.get(key)

    def start(self, key: Hashable, work: Work) -> Measurement:
        """Measure in the background; the result takes the old one's place when it is there."""
        self.cancel()
        self.current = Measurement(key, work, lambda result: self._keep(key, result), self._turn)
        return self.current

    def cancel(self) -> None:
        """Stop what is running; its result so far is dropped."""
        if self.current is not None:
            self.current.cancel()

    def _keep(self, key: Hashable, result: Any) -> None:
        self._results[key] = result
        self._results.move_to_end(key)
        while len(self._results) > REMEMBERED:
            self._results.popitem(last=False)


class Lab:
    """What can be measured for one corpus, query and settings."""

    def __init__(self, shelf: Shelf, ready: Ready, query: str, settings: Settings) -> None:
        corpus = ready.corpus.info
        self._shelf = shelf
        self._ready = ready
        self._query = query
        self._settings = settings
        self._runs_key = ("runs", corpus.name, corpus.fingerprint, query, settings)
        self._scale_key = ("scale", corpus.name, corpus.fingerprint, query)
        current = shelf.current
        if current is not None and current.key not in (self._runs_key, self._scale_key):
            shelf.cancel()  # it would be timed together with this query's search

    @property
    def report(self) -> LatencyReport | None:
        return cast("LatencyReport | None", self._shelf.result(self._runs_key))

    @property
    def scale(self) -> ScaleMeasured | None:
        return cast("ScaleMeasured | None", self._shelf.result(self._scale_key))

    @property
    def measuring_runs(self) -> Measurement | None:
        """The repeated runs of this query: running, or the last that ended."""
        return self._current(self._runs_key)

    @property
    def measuring_scale(self) -> Measurement | None:
        """The measurement by size: running, or the last that ended."""
        return self._current(self._scale_key)

    @property
    def busy(self) -> bool:
        current = self._shelf.current
        return current is not None and current.running

    def measure_runs(self, runs: int) -> None:
        """Start one cold search and `runs` warm ones."""

        def work(tell: Tell, cancel: Cancel) -> LatencyReport | None:
            return repeated(self._ready, self._query, self._settings, runs, tell, cancel)

        self._shelf.start(self._runs_key, work)

    def measure_scale(self) -> None:
        """Start timing one and a hundred documents of the corpus."""

        def work(tell: Tell, cancel: Cancel) -> ScaleMeasured | None:
            bench = workbench()
            return measure_scale(
                self._ready.searcher,
                self._query,
                encoder=bench.bi_encoder().forgetful(),
                reranker=bench.cross_encoder().forgetful(),
                index_of=FaissIndex.from_vectors,
                tell=tell,
                cancel=cancel,
            )

        self._shelf.start(self._scale_key, work)

    def cancel(self) -> None:
        """Stop what is running; earlier results stay."""
        self._shelf.cancel()

    def _current(self, key: Hashable) -> Measurement | None:
        current = self._shelf.current
        return current if current is not None and current.key == key else None


def repeated(
    ready: Ready, query: str, settings: Settings, runs: int, tell: Tell, cancel: Cancel
) -> LatencyReport | None:
    """One cold search, then `runs` warm ones with the shared models; None when cancelled."""
    tell("cold run: loading the models anew", 0, runs + 1)
    cold_searcher, load_seconds = workbench().cold_searcher(ready.corpus)
    if cancel():
        return None
    tell("cold run: searching", 0, runs + 1)
    cold = cold_searcher.pipeline(settings).run(query, cancel=cancel)
    del cold_searcher
    if not cold.complete:
        return None
    counted = Counted(ready.searcher.reranker)
    pipeline = replace(ready.searcher, reranker=counted).pipeline(settings)
    samples = repeat(
        pipeline,
        query,
        runs,
        on_progress=lambda run, of: tell(f"run {run} of {of}", run, of + 1),
        cancel=cancel,
    )
    if samples is None:
        return None
    if samples.pairs is not None:
        samples = replace(samples, pairs=replace(samples.pairs, tokens=counted.tokens))
    return LatencyReport(samples, cold, load_seconds)


@st.cache_resource(show_spinner=False)
def _turn() -> threading.Lock:
    """Whoever holds it measures; the others wait, or their figures would be each other's."""
    return threading.Lock()


def lab(ready: Ready, query: str, settings: Settings) -> Lab:
    """This visitor's measurements for a query; one for another query is cancelled."""
    shelf = st.session_state.setdefault(_SHELF, Shelf(_turn()))
    return Lab(shelf, ready, query, settings)


@st.cache_resource(show_spinner=False)
def _machine() -> dict[str, str | int]:
    return machine()


def machine_in_words() -> str:
    """The machine, its threads and what runs the models."""
    bench = workbench()
    bi_encoder, cross_encoder = bench.bi_encoder(), bench.cross_encoder()
    return machine_sentence(
        _machine(),
        engines={"bi-encoder": bi_encoder.engine, "cross-encoder": cross_encoder.engine},
        threads=cross_encoder.threads,
    )


def engine_label() -> str:
    """What runs the cross-encoder, and in which precision."""
    return workbench().cross_encoder().engine
