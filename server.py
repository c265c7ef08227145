"""The app with its models loaded before the first visitor: `streamlit run server.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.pages_manager import PagesManager

from engine.types import CrossExamError
from jobs.background import end_all
from state import permissions
from state.app_resources import warm_up
from system.http_edge import HttpEdge

# The folder pages/ belongs to st.navigation in app.py. Left to guess, Streamlit runs it as
# pages of its own once, and a cold deep link opens with a "Page not found" dialogue.
PagesManager.uses_pages_directory = False
GRACE = 10.0  # seconds that searches have to end when the server does


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start loading in the background; pages show how far it is. At the end, end all work."""
    warm_up()
    yield
    end_all(GRACE)


try:
    permissions.granted()
    rules = permissions.rules()
except CrossExamError as problem:
    raise SystemExit(f"error: {problem}") from None
app = st.App("app.py", lifespan=lifespan, middleware=[Middleware(HttpEdge, rules=rules)])
