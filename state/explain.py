"""Attention maps, remembered for the pairs that were looked at last."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import streamlit as st

from search.types import AttentionMap
from state.background import Worker, nothing_to_cancel
from state.bench import workbench

REMEMBERED = 48


@dataclass(frozen=True, slots=True)
class ExplainedPair:
    """A pair's attention (fp32 torch), and its cosine under the bi-encoder."""

    attention: AttentionMap
    cosine: float


@st.cache_resource(show_spinner=False)
def preload() -> threading.Thread:
    """Load the fp32 model in the background, once; the first explanation then has it."""
    thread = Worker(_load_torch, name="preload", cancel=nothing_to_cancel)
    thread.start()
    return thread


def _load_torch() -> None:
    workbench().cross_encoder().torch_model()


@st.cache_resource(max_entries=REMEMBERED, show_spinner=False)
def explained(query: str, text: str) -> ExplainedPair:
    """The pair as both models see it; raises CrossExamError when one text has no token."""
    bench = workbench()
    attention = bench.cross_encoder().attention(query, text)
    return ExplainedPair(attention, bench.cosine(query, text))
