"""The app with its models loaded before the first visitor: `streamlit run server.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from state.bench import warm_up


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start loading in the background; pages show how far it is."""
    warm_up()
    yield


app = st.App("app.py", lifespan=lifespan)
