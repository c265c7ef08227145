"""Attention maps, remembered for the pairs that were looked at last."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.explain.explainable import why_no_attention, why_not_explained
from engine.search.precision.rescoring import scorer_of
from engine.types import AttentionMap, LabelScore, ScorePrecision, Unreadable
from engine.types.registries.search_parameters import FAST
from state.app_resources import workbench

REMEMBERED = 48


@dataclass(frozen=True, slots=True)
class ExplainedPair:
    """A pair's attention (fp32 torch), its cosine under the bi-encoder, and every label's score.

    `labels` is empty where the model has one.
    """

    attention: AttentionMap
    cosine: float
    labels: tuple[LabelScore, ...] = ()


def explained(query: str, text: str, model: str = "") -> ExplainedPair:
    """The pair as both models see it; raises CrossExamError when one text has no token.

    `model` names an additional reranker, "" is the cross-encoder of every search.
    """
    return _explained(query, text, model, _revision(model))


@st.cache_resource(max_entries=REMEMBERED, show_spinner=False)
def _explained(query: str, text: str, model: str, revision: str) -> ExplainedPair:  # noqa: ARG001
    bench = workbench()
    attention = bench.explainers.explained(model).attention(query, text)
    return ExplainedPair(
        attention, bench.explainers.cosine(query, text), label_scores(query, text, model)
    )


@dataclass(frozen=True, slots=True)
class KnownScores:
    """The scores of a pair before its attention is read: what ranked it, and the cosine."""

    logit: float
    backend: str
    cosine: float


def known_scores(
    query: str, text: str, model: str = "", *, precision: str = FAST
) -> KnownScores | None:
    """The pair's scores while the fp32 model is still to be loaded; None where it is there.

    None for an additional reranker too. `precision` is the mode that ranks.
    """
    bench = workbench()
    if model or bench.models.cross_encoder().has_torch_model:
        return None
    logit, scored_by = ranking_score(query, text, precision)
    return KnownScores(logit, scored_by, bench.explainers.cosine(query, text))


def ranking_score(query: str, text: str, precision: str) -> tuple[float, str]:
    """The logit that the cross-encoder ranks by in a mode, mostly remembered, and what gave it.

    The backend of the mode: in "fast", fp32 may have scored the pair again as a near tie.
    """
    reranker = scorer_of(workbench().models.cross_encoder(), precision).reranker
    (batch,) = reranker.score(query, [text])
    return batch.scores[0], reranker.backend


def label_scores(query: str, text: str, model: str) -> tuple[LabelScore, ...]:
    """Every label's score of a pair; () where the model has one label."""
    return _label_scores(query, text, model, _revision(model))


@st.cache_data(max_entries=REMEMBERED, show_spinner=False)
def _label_scores(
    query: str,
    text: str,
    model: str,
    revision: str,  # noqa: ARG001
) -> tuple[LabelScore, ...]:
    return workbench().explainers.explained(model).label_scores(query, text)


def _revision(model: str) -> str:
    """What tells a model from another that had its name before: a part of what is remembered."""
    return workbench().explainers.explained(model).revision


def unreadable(text: str, model: str = "") -> dict[str, Unreadable]:
    """What of a text the bi-encoder and the cross-encoder, or a further one, cannot read."""
    return workbench().explainers.unreadable(text, reranker=model)


def explains(model: str) -> str:
    """What is explained of a model: "logit", or "log-odds of entailment"."""
    return workbench().explainers.explained(model).explains


def token_names(model: str) -> dict[str, str]:
    """What a model calls the tokens that BERT calls [PAD], [MASK] and [UNK]; {} for BERT's own."""
    return workbench().explainers.explained(model).token_names


def ranking_precision() -> ScorePrecision | None:
    """How exact the cross-encoder that ranks is, None where it does not say."""
    return workbench().models.cross_encoder().precision


def ranking_backend(precision: str = FAST) -> str:
    """Engine and precision of the cross-encoder that ranks in a mode: "OpenVINO bf16"."""
    return scorer_of(workbench().models.cross_encoder(), precision).reranker.backend


def why_not(name: str, *, attention: bool = False) -> str:
    """Why an additional reranker cannot be explained, or has no attention; "" where it has."""
    return why_no_attention(name) if attention else why_not_explained(name)
