"""Quality, what to run: first stages, depths, rerankers and mixtures, as pipelines."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from engine.quality.pipelines import PipelineSpec, grid, short_model
from engine.types import BI_ENCODER, BM25, FIRST_STAGES
from engine.types.ranker_names import parsed
from engine.types.registries.search_parameters import DEPTH, RRF
from state import url_state
from state.quality import runs as quality

DEPTHS = (10, 20, 50, 100, 200)
WITHOUT = 1.0
MIXES = (WITHOUT, 0.9, 0.8, 0.7, 0.5)


def chosen_pipelines() -> list[PipelineSpec]:
    """The pipelines that the visitor puts together."""
    left, right = st.columns(2, gap="large")
    with left:
        additional = quality.encoder_stages()
        firsts = st.pills(
            "First stage",
            [*FIRST_STAGES, *additional],
            selection_mode="multi",
            default=[BM25, BI_ENCODER],
            format_func=lambda stage: plain(stage_label(stage)),
            key=" ".join(["quality_firsts", *additional]),
            persist_state="session",
        )
        depths = st.pills(
            "Candidates that are reranked",
            DEPTHS,
            selection_mode="multi",
            default=[20],
            key="quality_depths",
            persist_state="session",
            help="Each pair is scored once; a shallower depth is worked out from the deepest.",
        )
    with right:
        models = quality.reranker_names()
        reranker_names = st.pills(
            "Reranker",
            models,
            selection_mode="multi",
            default=models[:1],
            format_func=lambda name: plain(short_model(name)),
            key=" ".join(["quality_rerankers", *models[1:]]),
            persist_state="session",
        )
        mixes = st.pills(
            "Reranker mixed with BM25",
            MIXES,
            selection_mode="multi",
            default=[WITHOUT],
            format_func=lambda mix: plain(_mix_words(mix)),
            key="quality_mixes",
            persist_state="session",
            help="Both scores scaled from 0 to 1 within the candidates (min-max), then summed.",
        )
    settings = url_state.current().settings
    hybrid = (
        f"RRF with k = {settings.rrf_k}"
        if settings.fusion == RRF
        else f"{settings.hybrid_weight:.0%} bi-encoder, min-max scores"
    )
    caption = (
        f"Hybrid: {hybrid}, of BM25 and the bi-encoder, as chosen under Settings above. Further "
        "rerankers and bi-encoders are added under Models."
    )
    if additional:
        caption += " An additional bi-encoder embeds the corpus at its first run."
    if any(quality.is_remote(name) for name in reranker_names):
        caption += " A remote reranker is sent the text of every pair, which may cost money."
    if any(parsed(name).whole_list for name in reranker_names):
        caption += (
            " What orders a whole list (pairwise, listwise) is asked anew for each first stage and "
            "depth, and stands alone: an order has no scores to mix with BM25's."
        )
    st.caption(plain(caption))
    if not firsts or (reranker_names and not depths):
        return []
    return grid(
        firsts,
        reranker_names,
        depths or [DEPTH.default],
        blend_weights=[mix for mix in mixes if mix != WITHOUT] if reranker_names else (),
        plain=WITHOUT in mixes or not mixes,
        settings=settings,
    )


def _mix_words(share: float) -> str:
    return "alone" if share == WITHOUT else f"{share:.0%} + {1 - share:.0%} BM25"
