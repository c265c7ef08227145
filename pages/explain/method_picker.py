"""How Explain takes a cross-encoder's score apart: the method, its baseline, whose attention."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.explain.attribution.method_wording import BASELINES
from engine.types import CROSS_ENCODER
from engine.types.registries.explanation_methods import EXPLANATION_METHODS, methods_of
from state import url_state
from state.explain.attention_maps import token_names

ATTENTION = "explain_look"


def label(name: str) -> str:
    """What a method is called."""
    return EXPLANATION_METHODS.of(name).label


def method_choice() -> str:
    """Draw the choice among the methods that say what moves the score; returns one's name."""
    offered = methods_of(CROSS_ENCODER)
    return st.segmented_control(
        "Method",
        offered,
        default=offered[0],
        required=True,
        format_func=lambda name: plain(label(name)),
        key="explain_method",
        persist_state="session",
    )


def chosen_attention() -> str:
    """The method that follows attention which was chosen, by default the first."""
    name = url_state.widget_value(ATTENTION)
    offered = methods_of(CROSS_ENCODER, "attention")
    return str(name) if name in offered else offered[0]


def attention_choice() -> None:
    """Draw the choice among the methods that follow attention."""
    offered = methods_of(CROSS_ENCODER, "attention")
    st.segmented_control(
        "Measure",
        offered,
        default=offered[0],
        required=True,
        format_func=lambda name: plain(label(name)),
        key=ATTENTION,
        persist_state="session",
    )


def baseline_choice(key: str, default: str, model: str) -> str:
    """Draw the choice of a baseline, its special tokens as the model calls them."""
    names = token_names(model)

    def worded(name: str) -> str:
        text = BASELINES[name]
        for usual, own in names.items():
            text = text.replace(usual, own)
        return text

    offered = tuple(BASELINES)
    return st.selectbox(
        "Baseline, where the values start",
        offered,
        index=offered.index(default),
        format_func=worded,
        key=key,
        persist_state="session",
    )
