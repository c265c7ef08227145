"""The bar that all pages share: corpus, query and the settings of the search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import streamlit as st

from components.palette import STAGE_LABELS
from search.types import FIRST_STAGES

BOUND: Final = "query-params"


@dataclass(frozen=True, slots=True)
class BarKeys:
    """The widget keys, which are also the names in the URL."""

    corpus: str
    query: str
    depth: str
    first: str
    fusion: str
    rrf_k: str
    hybrid_weight: str
    blend_weight: str


@dataclass(frozen=True, slots=True)
class BarLimits:
    """Bounds and defaults of the settings."""

    least_depth: int
    most_depth: int
    depth: int
    first_stage: str
    fusions: Sequence[str]
    rrf_k: int
    hybrid_weight: float
    blend_weight: float


def shared_bar(corpora: Mapping[str, str], keys: BarKeys, limits: BarLimits) -> None:
    """Draw the bar; `corpora` maps each name to what is shown for it."""
    corpus, query, settings = st.columns([1.5, 5, 1], vertical_alignment="bottom")
    with corpus:
        st.selectbox(
            "Corpus",
            label_visibility="collapsed",
            options=list(corpora),
            format_func=lambda name: corpora.get(name, name),
            key=keys.corpus,
            bind=BOUND,
            persist_state="session",
        )
    with query:
        st.text_input(
            "Query",
            label_visibility="collapsed",
            key=keys.query,
            bind=BOUND,
            persist_state="session",
            max_chars=4000,
            placeholder="Type a query and press Enter, for example: python snake",
        )
    with settings, st.popover("Settings", width="stretch"):
        _settings(keys, limits)


def _settings(keys: BarKeys, limits: BarLimits) -> None:
    st.selectbox(
        "First stage",
        FIRST_STAGES,
        index=FIRST_STAGES.index(limits.first_stage),
        format_func=lambda stage: STAGE_LABELS[stage],
        key=keys.first,
        bind=BOUND,
        persist_state="session",
        help="Its top candidates are handed to the cross-encoder.",
    )
    st.slider(
        "Depth (candidates to rerank)",
        limits.least_depth,
        limits.most_depth,
        limits.depth,
        step=5,
        key=keys.depth,
        bind=BOUND,
        persist_state="session",
        help="20–30 when latency is critical, 50–100 usual, 200–500 for accuracy.",
    )
    st.selectbox(
        "Hybrid fusion",
        limits.fusions,
        format_func=lambda name: {
            "rrf": "Reciprocal rank fusion (RRF)",
            "weighted": "Weighted sum of min-max scores",
        }.get(name, name),
        key=keys.fusion,
        bind=BOUND,
        persist_state="session",
    )
    st.number_input(
        "RRF k",
        min_value=1,
        max_value=1000,
        value=limits.rrf_k,
        key=keys.rrf_k,
        bind=BOUND,
        persist_state="session",
        help="Each list adds 1 / (k + rank); 60 is the usual value.",
    )
    st.slider(
        "Bi-encoder's weight in the weighted fusion",
        0.0,
        1.0,
        limits.hybrid_weight,
        step=0.05,
        key=keys.hybrid_weight,
        bind=BOUND,
        persist_state="session",
    )
    st.slider(
        "Cross-encoder's weight in the blend",
        0.0,
        1.0,
        limits.blend_weight,
        step=0.05,
        key=keys.blend_weight,
        bind=BOUND,
        persist_state="session",
        help="The rest is BM25's. 0.8 / 0.2 is the practitioners' mix.",
    )
