"""Attention maps, remembered for the pairs that were looked at last."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.explain.explainable import why_no_attention, why_not_explained
from engine.types import AttentionMap, LabelScore, ScorePrecision, Unreadable
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


def known_scores(query: str, text: str, model: str = "") -> KnownScores | None:
    """The pair's scores while the fp32 model is still to be loaded; None where it is there.

    None for an additional reranker too.
    """
    bench = workbench()
    cross = bench.models.cross_encoder()
    if model or cross.has_torch_model:
        return None
    logit = cross.ranking_logit(query, text)
    return KnownScores(logit, cross.backend, bench.explainers.cosine(query, text))


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


def ranking_backend() -> str:
    """Engine and precision of the cross-encoder that ranks: "OpenVINO bf16"."""
    return workbench().models.cross_encoder().backend


def why_not(name: str, *, attention: bool = False) -> str:
    """Why an additional reranker cannot be explained, or has no attention; "" where it has."""
    return why_no_attention(name) if attention else why_not_explained(name)
