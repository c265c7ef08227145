"""Searches in the background, one a visitor; the next search cancels the last."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import cast

import streamlit as st

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancelled, SearchTrace
from jobs.background import Undertaking
from jobs.progress import Progress
from state.search import additional_encoders as encoders
from state.search import additional_rankers as rerankers

REMEMBERED = 20


class SearchJob(Undertaking):
    """One search in a thread; `trace` is the fullest so far, None before the first."""

    def __init__(self, searcher: Searcher, query: str, settings: Settings) -> None:
        super().__init__("the search failed")
        self.searcher = searcher
        self.settings = settings
        self.query = query
        self.trace: SearchTrace | None = None
        self._started = time.monotonic()
        self._start(self._work, name="search")

    @property
    def status(self) -> Progress:
        """What is being done, for a progress bar."""
        trace = self.trace
        done, total = (trace.scored, trace.to_score) if trace else (0, 0)
        what = "the cross-encoder reads pairs" if total else "searching"
        return Progress(what, done, total, time.monotonic() - self._started)

    def _work(self) -> None:
        pipeline = self.searcher.pipeline(self.settings)
        for trace in pipeline.stream(self.query, cancel=self._cancelled.is_set):
            self.trace = trace

    def _called_off(self, error: Cancelled) -> None:
        self.error = error


def search(searcher: Searcher, query: str, settings: Settings) -> SearchJob:
    """This visitor's search: running, remembered, or started now (the last is cancelled).

    Additional bi-encoders that are still embedding the corpus take no part yet.
    """
    settings = encoders.usable(searcher, settings)
    key = (searcher.corpus.name, searcher.corpus.fingerprint, query, settings)
    jobs = cast(
        "OrderedDict[object, SearchJob]", st.session_state.setdefault("_jobs", OrderedDict())
    )
    for other, job in list(jobs.items()):
        if other != key and job.running:
            job.cancel()
            del jobs[other]
    if key not in jobs:
        jobs[key] = SearchJob(rerankers.with_keys(searcher), query, settings)
        while len(jobs) > REMEMBERED:
            jobs.popitem(last=False)
    jobs.move_to_end(key)
    return jobs[key]


def score_afresh(job: SearchJob) -> None:
    """Have this search computed anew when it is asked for again, no score from memory."""
    jobs = cast("OrderedDict[object, SearchJob]", st.session_state.get("_jobs", OrderedDict()))
    if job.trace is None or not job.searcher.forget_scores(job.trace):
        return
    for key, known in list(jobs.items()):
        if known is job:
            del jobs[key]


def forget_failed() -> None:
    """Have searches in which a reranker failed run anew when they are asked for again."""
    jobs = cast("OrderedDict[object, SearchJob]", st.session_state.get("_jobs", OrderedDict()))
    for key, job in list(jobs.items()):
        if not job.running and (job.error is not None or (job.trace and job.trace.failures)):
            del jobs[key]
