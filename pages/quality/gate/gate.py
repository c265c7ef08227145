"""Quality, when to rerank: which queries need the reranker, and what skipping the others costs."""

from __future__ import annotations

import streamlit as st

from components.common.messages import empty, error
from engine.quality.pipelines import PipelineSpec
from engine.types import CrossExamError
from engine.types.quality.gate import GATE_SIGNALS, signal_named
from pages.quality.context import QualityContext
from pages.quality.folds_choice import folds_choice
from pages.quality.gate.gate_results import gate_results
from pages.quality.link_names import GATED, KEEP, RERANKED_SHARE
from state import url_state
from state.quality.gate import gate_of


def when_to_rerank(context: QualityContext) -> None:
    """The choices, the sentence, the curves, and the tables below them."""
    reranked = [spec for spec in context.run.specs if spec.reranker]
    if not reranked:
        empty(
            "No pipeline of this run has a reranker",
            "Run one with a reranker above: then this page shows which queries need it.",
        )
        return
    spec = _pipeline(context, reranked)
    signal_box, share_box, keep_box, folds_box = st.columns(
        [2.2, 2.2, 2.2, 1.2], vertical_alignment="bottom"
    )
    signal = signal_box.selectbox(
        "Signal",
        [each.name for each in GATE_SIGNALS],
        format_func=lambda name: signal_named(name).label,
        key="quality_signal",
        persist_state="session",
    )
    share = share_box.slider(
        "Queries reranked",
        0.0,
        1.0,
        float(RERANKED_SHARE.default),
        step=0.05,
        key=RERANKED_SHARE.session_key,
        persist_state="session",
        format="percent",
    )
    keep = keep_box.selectbox(
        "A threshold is to",
        list(KEEP),
        format_func=lambda name: KEEP[name][1],
        key="quality_keep",
        persist_state="session",
    )
    folds = folds_choice(folds_box)
    try:
        report = gate_of(
            context.loaded,
            context.run,
            spec,
            context.counting_rule,
            share=float(share),
            keep=KEEP[keep][0],
            folds=folds,
        )
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    gate_results(context, spec, report, signal)


def _pipeline(context: QualityContext, reranked: list[PipelineSpec]) -> PipelineSpec:
    names = [spec.name for spec in reranked]
    best = context.figures[context.default_pair()[1]].spec.name
    usual = best if best in names else names[0]
    key = f"quality_gated_{context.run.run_id}"
    url_state.give_choice(GATED, key, names, usual)
    name = st.selectbox("Pipeline", names, index=names.index(usual), key=key)
    return context.run.spec(name)
