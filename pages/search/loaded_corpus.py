"""The corpus of the query bar, loaded for every page that cannot do without it."""

from __future__ import annotations

import streamlit as st

from components.common.export.source import say_source
from components.common.job_progress import show_until_done
from components.common.messages import error
from engine.types import CrossExamError, SearchTrace
from engine.types.registries.search_parameters import PRECISION
from jobs.job import Job
from state import url_state
from state.app_resources import LoadedCorpus, prepare
from state.search import search_jobs as searches


def preparation_shown(name: str) -> Job[LoadedCorpus]:
    """The ended preparation of a corpus; its progress stood there meanwhile."""
    preparation = prepare(name)
    show_until_done(preparation)
    return preparation


def opened(chosen: url_state.Choices, *, of_query: bool = True) -> LoadedCorpus:
    """The chosen corpus with its searcher; says what went wrong and stops the page if not.

    The page's pictures are `of_query`, or of the corpus as a whole.
    """
    try:
        loaded = preparation_shown(chosen.corpus).result()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        st.stop()
    say_source(source_words(loaded, chosen, of_query=of_query))
    return loaded


def source_words(loaded: LoadedCorpus, chosen: url_state.Choices, *, of_query: bool = True) -> str:
    """From which corpus, query and ranking the page's figures are, in one line."""
    info = loaded.corpus.info
    precision = PRECISION.label_of(chosen.settings.precision)
    return " · ".join(
        [
            f"corpus {info.name}, fingerprint {info.fingerprint[:12]}",
            *([f"query “{chosen.query}”"] if of_query and chosen.query else []),
            f"reranked by {loaded.searcher.reranker.name}, {precision.split(':')[0].lower()}",
        ]
    )


def searched(chosen: url_state.Choices) -> tuple[LoadedCorpus, SearchTrace | None]:
    """The chosen corpus and its finished search; raises the CrossExamError that stopped either."""
    loaded = preparation_shown(chosen.corpus).result()
    say_source(source_words(loaded, chosen))
    search = searches.search(loaded.searcher, chosen.query, chosen.settings)
    show_until_done(search.job, key=None)
    if search.job.problem is not None:
        raise search.job.problem
    return loaded, search.trace
