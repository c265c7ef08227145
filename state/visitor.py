"""Who visits: an id that the browser keeps, so that a reload finds the work that it began.

The id is a secret of the browser: no link, log, page or other visitor ever has it.
"""

from __future__ import annotations

import re
import secrets

import streamlit as st

from jobs.visitor_jobs import VisitorJobs, VisitorWork

_ID = "_visitor"
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # of 32 random bytes


@st.cache_resource(show_spinner=False)
def visitor_jobs() -> VisitorJobs:
    """The work of all visitors."""
    return VisitorJobs()


def _leave(work: VisitorWork) -> None:
    work.leave()


@st.cache_resource(show_spinner=False, scope="session", on_release=_leave, max_entries=4)
def _at_home(visitor: str) -> VisitorWork:
    """The visitor's work, for whom this session counts until it ends."""
    work = visitor_jobs().of(visitor)
    work.enter()
    return work


def visitor_id() -> str:
    """The id of this session's visitor: a new one until `recognise` says who it is."""
    if _ID not in st.session_state:
        st.session_state[_ID] = secrets.token_urlsafe()
    return str(st.session_state[_ID])


def recognise(kept: str | None) -> None:
    """Take the id that the browser kept, where it is one; what was begun meanwhile goes along."""
    issued = visitor_id()
    if kept and kept != issued and _FORM.fullmatch(kept):
        st.session_state[_ID] = kept
        visitor_jobs().of(kept).take_over(visitor_jobs().of(issued))
    _at_home(visitor_id())


def visitor_work() -> VisitorWork:
    """This visitor's work, begun in this session or in an earlier one."""
    return visitor_jobs().of(visitor_id())
