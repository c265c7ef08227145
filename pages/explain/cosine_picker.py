"""Which bi-encoder's cosine Explain takes apart, and how."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from engine.types import BI_ENCODER
from engine.types.registries.explanation_methods import EXPLANATION_METHODS, methods_of
from state import url_state
from state.explain import attributions as explaining

ENCODER = "explain_encoder"
METHOD = "explain_cosine"


def chosen_encoder() -> str:
    """The additional bi-encoder that was chosen, "" for the first one."""
    name = url_state.widget_value(ENCODER) or ""
    if name not in explaining.encoders():
        url_state.forget(ENCODER)
        return ""
    return str(name)


def chosen_method() -> str:
    """The method for the cosine that was chosen, by default the one that beat random most often."""
    name = url_state.widget_value(METHOD)
    offered = methods_of(BI_ENCODER)
    return str(name) if name in offered else offered[0]


def cosine_choice() -> None:
    """Draw both choices; which bi-encoder only where there are several."""
    names = explaining.encoders()
    if len(names) > 1:
        st.segmented_control(
            "Which bi-encoder",
            list(names),
            default="",
            required=True,
            format_func=lambda name: plain(names[name]),
            key=ENCODER,
            persist_state="session",
            label_visibility="collapsed",
        )
    st.segmented_control(
        "Method for the cosine",
        methods_of(BI_ENCODER),
        default=methods_of(BI_ENCODER)[0],
        required=True,
        format_func=lambda name: plain(EXPLANATION_METHODS.of(name).label),
        key=METHOD,
        persist_state="session",
        label_visibility="collapsed",
    )
