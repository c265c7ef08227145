"""The choice between a linear and a logarithmic time axis."""

from __future__ import annotations

import streamlit as st

LINEAR, LOG = "Linear time", "Logarithmic time"
AXES = (LINEAR, LOG)


def axis_choice(default: str, *, key: str) -> bool:
    """Draw the choice; returns whether the axis is logarithmic."""
    with st.container(horizontal_alignment="right"):
        axis = st.segmented_control(
            "Time axis",
            AXES,
            default=default,
            required=True,
            key=key,
            persist_state="session",
            label_visibility="collapsed",
            width="content",
        )
    return axis == LOG
