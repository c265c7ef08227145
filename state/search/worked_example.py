"""The example of the start page: one search, run once and shared by all visitors."""

from __future__ import annotations

import streamlit as st

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from state.explain.preload import preload
from state.search.search_jobs import Search, started

QUERY = "python snake"


@st.cache_resource(
    show_spinner=False,
    max_entries=1,
    hash_funcs={Searcher: lambda searcher: searcher.corpus.fingerprint},
)
def _example(searcher: Searcher) -> Search:
    return started(searcher, QUERY, Settings(), on_end=preload().after)


def worked_example(searcher: Searcher) -> Search:
    """The example's search: running, remembered, or started now; one that failed anew."""
    search = _example(searcher)
    if search.job.error is not None:
        _example.clear()
        search = _example(searcher)
    return search
