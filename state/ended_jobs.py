"""How a job ended without its result: said while the visitor stays where they saw it."""

from __future__ import annotations

import time
from collections.abc import Hashable
from typing import Any

import streamlit as st

from jobs.job import Job
from state.share import page_link
from state.visitor import visitor_work

_PLACE = "_visited_place"  # (where the visitor is, since when)
VIEWS = ("corpus", "view", "part")  # names of a link that lead to another place of a page


def begin_place() -> None:
    """Note where the visitor is; call in each run, once the page's link is written."""
    address, link = page_link.written()
    place = (address, *(link.get(name) for name in VIEWS))
    if st.session_state.get(_PLACE, (None, 0.0))[0] != place:
        st.session_state[_PLACE] = (place, time.monotonic())


def is_news(job: Job[Any], *, of: Hashable = None) -> bool:
    """Whether to say how this job ended: here it did, or nobody told the visitor yet.

    Said once, it stands until they go to another page, view or corpus, or choose something else
    than the `of` that is chosen now, as a file; a new session is another place.
    """
    said_of, said_at = visitor_work().said(job, of)
    _, since = st.session_state.get(_PLACE, (None, 0.0))
    return said_of == of and since <= said_at
