"""Searches in the background, one a visitor; the next search cancels the last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import CorpusInfo, SearchTrace
from engine.types.ranker_names import parsed
from jobs.job import Job
from jobs.result_cache import ResultCache
from models.trained import trained_at
from state.explain.preload import preload
from state.search import additional_encoders as encoders
from state.search import additional_rankers as rerankers
from state.search import attached_runs

REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Search:
    """A query's search in the background, and what it was asked."""

    searcher: Searcher
    query: str
    settings: Settings
    job: Job[SearchTrace]

    @property
    def trace(self) -> SearchTrace | None:
        """The fullest so far, None before the first."""
        return self.job.value


def started(
    searcher: Searcher,
    query: str,
    settings: Settings,
    *,
    on_end: Callable[[Job[Any]], None] | None = None,
) -> Search:
    """A search that begins now; `on_end` is called in its thread when it has ended."""

    def work(job: Job[SearchTrace]) -> None:
        for trace in searcher.pipeline(settings).stream(query, cancel=job.should_stop):
            job.publish(trace)
            if trace.to_score:
                job.report("the cross-encoder reads pairs", trace.scored, trace.to_score)

    job = Job[SearchTrace](
        "search", work, first_step="searching", failed="the search failed", on_end=on_end
    )
    return Search(searcher, query, settings, job)


def search(searcher: Searcher, query: str, settings: Settings) -> Search:
    """This visitor's search: running, remembered, or started now (the last is cancelled).

    Additional bi-encoders that are still embedding the corpus take no part yet.
    """
    settings = encoders.usable(searcher, settings)
    key = search_key(searcher.corpus, query, settings)
    searches = _searches()
    for other, earlier in searches.items():
        if other != key and earlier.job.running:
            earlier.job.cancel()
            searches.drop(other)
    return searches.get_or_make(
        key,
        lambda: started(rerankers.with_keys(searcher), query, settings, on_end=preload().after),
    )


def search_key(corpus: CorpusInfo, query: str, settings: Settings) -> Hashable:
    """What tells a search from others: its corpus, query, settings, trainings and runs."""
    models = (parsed(name).model.partition("#")[0] for name in settings.rerankers)
    trainings = tuple(trained_at(model) for model in models)
    runs = attached_runs.version(corpus.fingerprint, (settings.first_stage, *settings.rerankers))
    return (corpus.name, corpus.fingerprint, query, settings, trainings, runs)


def score_afresh(search: Search) -> None:
    """Have this search computed anew when it is asked for again, no score from memory."""
    if search.trace is None or not search.searcher.forget_scores(search.trace):
        return
    searches = _searches()
    for key, other in searches.items():
        if other is search:
            searches.drop(key)


def forget_failed() -> None:
    """Have searches in which a reranker failed run anew when they are asked for again."""
    searches = _searches()
    for key, search in searches.items():
        failures = search.trace is not None and search.trace.failures
        if not search.job.running and (search.job.problem is not None or failures):
            searches.drop(key)


def _searches() -> ResultCache[Search]:
    """This visitor's last searches."""
    searches: ResultCache[Search] = st.session_state.setdefault("_jobs", ResultCache(REMEMBERED))
    return searches
