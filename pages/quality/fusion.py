"""Quality, fusion: the whole range of a weight from stored scores, and an honest best."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import error, plain
from components.quality.fusion_wording import BLENDED, KINDS, RRF, SHARES
from engine.quality.fusion_tuning import RRF_KS
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.types import BI_ENCODER, HYBRID, CrossExamError
from pages.quality.context import QualityContext
from pages.quality.folds_choice import folds_choice
from pages.quality.fusion_chart import DEFAULTS, fusion_chart
from pages.quality.link_names import FUSED, FUSED_K, FUSED_SHARE, FUSION_KIND
from state import url_state
from state.quality.figures import fusion_curve


def fusion(context: QualityContext) -> None:
    """Which fusion, its slider, the curve, and what it is worth on other queries."""
    reranked = list(
        dict.fromkeys(replace(s, blended=False) for s in context.run.specs if s.scores_pairs)
    )
    kinds = [kind for kind in KINDS if kind != BLENDED or reranked]
    kind_key = f"quality_fusion_{bool(reranked)}"
    url_state.give_choice(FUSION_KIND, kind_key, kinds, kinds[0])
    kind = st.segmented_control(
        "Fusion",
        kinds,
        default=kinds[0],
        required=True,
        format_func=lambda name: KINDS[name],
        key=kind_key,
        label_visibility="collapsed",
    )
    deepest = max(spec.depth for spec in context.run.specs)
    spec = PipelineSpec(Settings(depth=deepest, first_stage=HYBRID))
    left, middle, right = st.columns([2.6, 2.6, 1.2], vertical_alignment="bottom")
    if kind == BLENDED:
        names, deepest_index = [s.name for s in reranked], _deepest(reranked)
        key = f"quality_fused_{context.run.run_id}"
        url_state.give_choice(FUSED, key, names, names[deepest_index])
        name = left.selectbox("Pipeline", names, index=deepest_index, key=key)
        spec = next(s for s in reranked if s.name == name)
    else:
        left.markdown("The hybrid alone, of this run's BM25 and bi-encoder lists.")
    with middle:
        chosen = _slider(kind)
    folds = folds_choice(right)
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
        url_state.give_choice(FUSED_K, FUSED_K.session_key, RRF_KS, DEFAULTS[RRF])
        return float(
            st.select_slider(
                "k", RRF_KS, value=DEFAULTS[RRF], key=FUSED_K.session_key, persist_state="session"
            )
        )
    key = f"quality_weight_{kind}"
    url_state.give_number(FUSED_SHARE, key, 0.0, 1.0, float(DEFAULTS[kind]))
    return float(
        st.slider(
            plain(SHARES[kind]),
            0.0,
            1.0,
            float(DEFAULTS[kind]),
            step=0.05,
            key=key,
            persist_state="session",
            format="percent",
        )
    )
