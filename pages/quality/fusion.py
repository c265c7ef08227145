"""Quality, fusion: the whole range of a weight from stored scores, and an honest best."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import error, plain
from components.quality.fusion_wording import BLENDED, FOLDS, KINDS, RRF, SHARES
from engine.quality.fusion_tuning import RRF_KS
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import BI_ENCODER, HYBRID, CrossExamError
from pages.quality.context import QualityContext
from pages.quality.fusion_chart import DEFAULTS, fusion_chart
from state import url_state
from state.quality.figures import fusion_curve


def fusion(context: QualityContext) -> None:
    """Which fusion, its slider, the curve, and what it is worth on other queries."""
    reranked = list(
        dict.fromkeys(replace(s, blended=False) for s in context.run.specs if s.scores_pairs)
    )
    kinds = [kind for kind in KINDS if kind != BLENDED or reranked]
    kind = st.segmented_control(
        "Fusion",
        kinds,
        default=kinds[0],
        required=True,
        format_func=lambda name: KINDS[name],
        key=f"quality_fusion_{bool(reranked)}",
        label_visibility="collapsed",
    )
    deepest = max(spec.depth for spec in context.run.specs)
    spec = PipelineSpec(Settings(depth=deepest, first_stage=HYBRID))
    left, middle, right = st.columns([2.6, 2.6, 1.2], vertical_alignment="bottom")
    if kind == BLENDED:
        name = left.selectbox(
            "Pipeline",
            [s.name for s in reranked],
            index=_deepest(reranked),
            key=f"quality_fused_{context.run.run_id}",
        )
        spec = next(s for s in reranked if s.name == name)
    else:
        left.markdown("The hybrid alone, of this run's BM25 and bi-encoder lists.")
    with middle:
        chosen = _slider(kind)
    folds = right.selectbox(
        "Cross-validation",
        list(FOLDS),
        index=1,
        format_func=lambda n: FOLDS[n],
        key="quality_folds",
        persist_state="session",
    )
    try:
        curve = fusion_curve(context.loaded, context.run, spec, kind, context.counting_rule)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    fusion_chart(context, kind, curve, chosen, folds)


def _deepest(specs: list[PipelineSpec]) -> int:
    best = max(
        range(len(specs)), key=lambda i: (specs[i].first_stage == BI_ENCODER, specs[i].depth)
    )
    return best if specs else 0


def _slider(kind: str) -> float:
    if kind == RRF:
        return float(
            st.select_slider(
                "k", RRF_KS, value=DEFAULTS[RRF], key="quality_rrf_k", persist_state="session"
            )
        )
    return float(
        st.slider(
            plain(SHARES[kind]),
            0.0,
            1.0,
            float(DEFAULTS[kind]),
            step=0.05,
            key=f"quality_weight_{kind}",
            persist_state="session",
            format="percent",
        )
    )
