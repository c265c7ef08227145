"""A place on the page that is cleared before something else is drawn into it."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

SENT_WITHIN = 0.06  # seconds after which Streamlit has sent what was drawn


def clean_place(*, new: bool) -> DeltaGenerator:
    """A container that always takes the same place; what the last run drew goes if `new`.

    Else Streamlit leaves the old there, greyed, until the run ends, which may take long.
    An emptied place that is filled at once is never sent as empty, hence the short wait.
    """
    if not new:
        return st.container()
    place = st.empty()
    time.sleep(SENT_WITHIN)
    return place.container()
