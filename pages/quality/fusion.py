"""Quality, fusion: the whole range of a weight from stored scores, and an honest best."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.quality.fusion_curve import quality_curve
from engine.quality.fusion_tuning import RRF_KS, WEIGHTS, Curve, cross_validated
from engine.quality.pipelines import PipelineSpec
from engine.quality.significance import signed
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, HYBRID, CrossExamError
from engine.types.registries.measures import NDCG
from engine.types.registries.search_parameters import BLEND_WEIGHT, HYBRID_WEIGHT, RRF_K
from pages.quality.context import Lab
from state import url_state as choices
from state.quality.figures import fusion_curve

BLENDED, RRF, WEIGHTED = "blend", "rrf", "hybrid"
KINDS = {
    BLENDED: "Cross-encoder with BM25",
    RRF: "Hybrid: RRF's k",
    WEIGHTED: "Hybrid: bi-encoder with BM25",
}
DEFAULTS = {
    kind: parameter.default
    for kind, parameter in ((BLENDED, BLEND_WEIGHT), (RRF, RRF_K), (WEIGHTED, HYBRID_WEIGHT))
}
TITLES = {
    BLENDED: "cross-encoder's share; the rest is BM25's",
    RRF: "k of reciprocal rank fusion",
    WEIGHTED: "bi-encoder's share; the rest is BM25's",
}
FOLDS = {2: "Two halves", 5: "5 folds", 10: "10 folds"}


def fusion(lab: Lab) -> None:
    """Which fusion, its slider, the curve, and what it is worth on other queries."""
    reranked = list(
        dict.fromkeys(replace(s, blended=False) for s in lab.run.specs if s.scores_pairs)
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
    deepest = max(spec.depth for spec in lab.run.specs)
    spec = PipelineSpec(Settings(depth=deepest, first_stage=HYBRID))
    left, middle, right = st.columns([2.6, 2.6, 1.2], vertical_alignment="bottom")
    if kind == BLENDED:
        name = left.selectbox(
            "Pipeline",
            [s.name for s in reranked],
            index=_deepest(reranked),
            key=f"quality_fused_{lab.run.run_id}",
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
        curve = fusion_curve(lab.ready, lab.run, spec, kind, lab.way)
    except CrossExamError as problem:
        error(choices.check(problem))
        return
    _draw(lab, kind, curve, chosen, folds)


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
    what = "Cross-encoder's share" if kind == BLENDED else "Bi-encoder's share"
    return float(
        st.slider(
            plain(what),
            0.0,
            1.0,
            float(DEFAULTS[kind]),
            step=0.05,
            key=f"quality_weight_{kind}",
            persist_state="session",
            format="percent",
        )
    )


def _draw(lab: Lab, kind: str, curve: Curve, chosen: float, folds: int) -> None:
    settings = curve.settings
    at = min(range(len(settings)), key=lambda i: abs(settings[i] - chosen))
    best, means = curve.best, curve.means
    try:
        checked = cross_validated(curve, folds=folds)
    except CrossExamError as problem:
        checked = None
        notice(choices.check(problem))
    quality_curve(
        settings,
        means,
        chosen=at,
        best=best,
        unit="k" if kind == RRF else "share",
        title=TITLES[kind],
        stage=BLEND if kind == BLENDED else HYBRID,
        dark=lab.dark,
        validated=checked.value if checked else None,
        key=f"quality_curve_{kind}",
    )
    n = len(curve.query_ids)
    st.markdown(
        plain(
            f"{_said(kind, settings[at])}: {NDCG.name} {means[at]:.4f}. Best on these "
            f"{counted(n, 'query', 'queries')}: "
            f"{_said(kind, settings[best])} with {means[best]:.4f}; the range goes from "
            f"{min(means):.4f} to {max(means):.4f}."
        )
    )
    usual = min(range(len(settings)), key=lambda i: abs(settings[i] - DEFAULTS[kind]))
    if checked is not None:
        low, high = checked.settings
        span = _said(kind, low) if low == high else f"{_said(kind, low)} to {_said(kind, high)}"
        st.warning(
            plain(
                f"A setting chosen on the very queries that it is measured on tends to look better "
                f"than it is: do not expect the {means[best]:.4f} elsewhere. Chosen on the other "
                f"folds and measured on the fold left out, the figure is {checked.value:.4f} "
                f"({FOLDS[folds].lower()}; they chose {span}). Against the usual "
                f"{_said(kind, settings[usual])} ({means[usual]:.4f}) tuning brings "
                f"{signed(checked.value - means[usual])} on queries it has not seen."
            ),
            icon="⚠️",
        )
    st.caption(
        f"{len(WEIGHTS) if kind != RRF else len(RRF_KS)} points from the scores of this run; "
        "nothing was scored anew. Between them the line is only a guide for the eye."
    )


def _said(kind: str, value: float) -> str:
    if kind == RRF:
        return f"k = {value:.0f}"
    other = "cross-encoder" if kind == BLENDED else "bi-encoder"
    if value in (0.0, 1.0):
        return f"{other if value else 'BM25'} alone"
    return f"{value:.0%} {other} + {1 - value:.0%} BM25"
