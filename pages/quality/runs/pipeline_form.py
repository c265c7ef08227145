"""Quality, what to run: first stages, depths, rerankers and mixtures, as pipelines."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from engine.quality.pipelines import PipelineSpec, grid, short_model
from engine.types import BI_ENCODER, BM25, FIRST_STAGES
from engine.types.ranker_names import is_encoder, parsed
from engine.types.registries.search_parameters import DEPTH, RRF
from pages.corpora.attach_link import attach_link
from pages.quality.link_names import DEPTHS, FIRSTS, MIXES, RERANKERS, WITHOUT
from state import url_state
from state.quality import runs as quality


def chosen_pipelines() -> list[PipelineSpec]:
    """The pipelines that the visitor puts together."""
    left, right = st.columns(2, gap="large")
    with left:
        additional = quality.retriever_stages(url_state.current().corpus)
        stages, usual = [*FIRST_STAGES, *additional], [BM25, BI_ENCODER]
        key = " ".join(["quality_firsts", *additional])
        url_state.give_choices(FIRSTS, key, stages, usual)
        firsts = st.pills(
            "First stage",
            stages,
            selection_mode="multi",
            default=usual,
            format_func=lambda stage: plain(stage_label(stage)),
            key=key,
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
        key = " ".join(["quality_rerankers", *models[1:]])
        url_state.give_choices(RERANKERS, key, models, models[:1])
        reranker_names = st.pills(
            "Reranker",
            models,
            selection_mode="multi",
            default=models[:1],
            format_func=lambda name: plain(short_model(name)),
            key=key,
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
    if any(is_encoder(stage) for stage in additional):
        caption += " An additional bi-encoder embeds the corpus at its first run."
    if any(quality.is_remote(name) for name in reranker_names):
        caption += " A remote reranker is sent the text of every pair, which may cost money."
    if any(parsed(name).whole_list for name in reranker_names):
        caption += (
            " What orders a whole list (pairwise, listwise) is asked anew for each first stage and "
            "depth, and stands alone: an order has no scores to mix with BM25's."
        )
    st.caption(plain(caption))
    attach_link("quality")
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
