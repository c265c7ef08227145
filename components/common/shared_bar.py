"""The bar that all pages share: corpus, query and the settings of the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.cut_text import cut_notice, cut_text
from components.common.palette import STAGE_LABELS
from engine.types import FIRST_STAGES

FUSION_LABELS = {
    "rrf": "Reciprocal rank fusion (RRF)",
    "weighted": "Weighted sum of min-max scores",
}

WORDLESS_LABELS = {"last": "Every reranker ranks them last", "score": "Ranked by score"}


@dataclass(frozen=True, slots=True)
class BarKeys:
    """The widget keys."""

    corpus: str
    query: str
    depth: str
    first: str
    fusion: str
    rrf_k: str
    hybrid_weight: str
    blend_weight: str
    wordless: str


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
    wordless: Sequence[str]
    longest_query: int


def shared_bar(corpora: Sequence[str], keys: BarKeys, limits: BarLimits) -> None:
    """Draw the bar: which corpus, which query, and the settings behind a button."""
    corpus, query, settings = st.columns([1.5, 5, 1], vertical_alignment="bottom")
    with corpus:
        st.selectbox(
            "Corpus",
            corpora,
            key=keys.corpus,
            persist_state="session",
            label_visibility="collapsed",
        )
    with query:
        st.text_input(
            "Query",
            key=keys.query,
            persist_state="session",
            on_change=cut_text,
            args=(keys.query, limits.longest_query),
            placeholder="Type a query and press Enter, for example: python snake",
            label_visibility="collapsed",
        )
    with settings:
        st.toggle("Settings", key="settings_open", persist_state="session")
    # In the flow of the page, for a panel that floats would cover the ranking that it changes;
    # the style sheet shows it while the switch is on.
    with st.container(border=True, key="settings_panel"):
        _settings(keys, limits)
    cut_notice(keys.query, "The query")


def _settings(keys: BarKeys, limits: BarLimits) -> None:
    _defaults(
        {
            keys.first: limits.first_stage,
            keys.depth: limits.depth,
            keys.rrf_k: limits.rrf_k,
            keys.hybrid_weight: limits.hybrid_weight,
            keys.blend_weight: limits.blend_weight,
            keys.wordless: limits.wordless[0],
        }
    )
    first, fusion, blend = st.columns(3, gap="large")
    with first:
        _first_stage(keys, limits)
    with fusion:
        _fusion(keys, limits)
    with blend:
        st.slider(
            "Cross-encoder's weight in the blend",
            0.0,
            1.0,
            step=0.05,
            key=keys.blend_weight,
            persist_state="session",
            help="The rest is BM25's. 0.8 / 0.2 is the practitioners' mix.",
        )
        st.selectbox(
            "Documents without a word",
            limits.wordless,
            format_func=lambda rule: WORDLESS_LABELS.get(rule, rule),
            key=keys.wordless,
            persist_state="session",
            help="Empty ones and those without a letter or digit. A cross-encoder was never taught "
            "what to give them, and may put them first.",
        )


def _first_stage(keys: BarKeys, limits: BarLimits) -> None:
    """Which list is reranked, and how far down."""
    st.selectbox(
        "First stage",
        FIRST_STAGES,
        format_func=lambda stage: STAGE_LABELS[stage],
        key=keys.first,
        persist_state="session",
        help="Its top candidates are handed to the cross-encoder.",
    )
    st.slider(
        "Depth (candidates to rerank)",
        limits.least_depth,
        limits.most_depth,
        key=keys.depth,
        persist_state="session",
        help="20–30 when latency is critical, 50–100 usual, 200–500 for accuracy.",
    )


def _fusion(keys: BarKeys, limits: BarLimits) -> None:
    """How BM25 and the bi-encoder are fused, and the one parameter of that fusion."""
    fusion = st.selectbox(
        "Hybrid fusion",
        limits.fusions,
        format_func=lambda name: FUSION_LABELS.get(name, name),
        key=keys.fusion,
        persist_state="session",
    )
    if fusion == "rrf":
        st.number_input(
            "RRF k",
            min_value=1,
            max_value=1000,
            key=keys.rrf_k,
            persist_state="session",
            help="Each list adds 1 / (k + rank); 60 is the usual value. Of equal sums the better "
            "single rank stands first, then BM25's order, then the id.",
        )
        return
    st.slider(
        "Bi-encoder's weight in the weighted fusion",
        0.0,
        1.0,
        step=0.05,
        key=keys.hybrid_weight,
        persist_state="session",
    )


def _defaults(values: dict[str, object]) -> None:
    """Give widgets their value through the session, where a link may have set it already."""
    for key, value in values.items():
        st.session_state.setdefault(key, value)
