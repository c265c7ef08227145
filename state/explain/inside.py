"""Forward passes, remembered for those that were looked at last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

import streamlit as st
from cachetools import LRUCache, cached

from engine.explain.attention_view import view_of
from engine.quality.pipelines import short_model
from engine.types import AttentionView
from engine.types.explain.forward_pass import ForwardPass
from engine.types.ranker_names import is_encoder, parsed
from state.app_resources import workbench
from state.search import additional_encoders, additional_rankers

MOST_BYTES = 256 * 2**20  # of attention: a pass holds that of all its documents
OPENED = "inside_opened"
"""The session's opened layer, and the id of the pass that it is of."""


@dataclass(frozen=True, slots=True)
class PassWithLinks:
    """A forward pass, and for each document what the mean of each layer's heads looks at."""

    passes: ForwardPass
    layer_means: tuple[tuple[AttentionView, ...], ...]


def forward_pass(
    query: str, documents: tuple[tuple[str, str], ...], model: str = "", encoder: str = ""
) -> PassWithLinks:
    """The query with each (title, text) through both models, in fp32, timed when first asked for.

    `model` names an additional reranker and `encoder` an additional bi-encoder; "" are those of
    every search. Raises CrossExamError where a text has no token, or a model cannot be looked into.
    """
    return remembering()(query, documents, model, encoder)


def encoders() -> dict[str, str]:
    """The bi-encoders whose towers can be shown, "" that of every search, each with its name."""
    chosen = (parsed(name).model for name in additional_rankers.chosen() if is_encoder(name))
    further = dict.fromkeys([*additional_encoders.offered(), *chosen])
    names = {"": workbench().models.bi_encoder_name, **{name: name for name in further}}
    return {name: short_model(full) for name, full in names.items()}


@st.cache_resource(show_spinner=False)
def remembering() -> Callable[[str, tuple[tuple[str, str], ...], str, str], PassWithLinks]:
    """Passes by what they are of; those looked at last stay, as far as MOST_BYTES allow."""
    remembered: LRUCache[Hashable, PassWithLinks] = LRUCache(MOST_BYTES, getsizeof=weight)
    return cached(remembered, key=_with_revisions, lock=Lock())(_computed)


def _with_revisions(
    query: str, documents: tuple[tuple[str, str], ...], model: str, encoder: str
) -> Hashable:
    """What a pass is of: a model that was trained anew may have the name of another."""
    revisions = workbench().forward_passes.revisions(reranker=model, encoder=encoder)
    return query, documents, model, encoder, revisions


def weight(passes: PassWithLinks) -> int:
    """Bytes of the attention that it holds, at most MOST_BYTES: one alone is always kept."""
    attentions = (document.pair.attention for document in passes.passes.documents)
    n_bytes = sum(each.query_to_doc.nbytes + each.doc_to_query.nbytes for each in attentions)
    return min(n_bytes, MOST_BYTES)


def _computed(
    query: str, documents: tuple[tuple[str, str], ...], model: str, encoder: str
) -> PassWithLinks:
    passes = workbench().forward_passes.trace(query, documents, reranker=model, encoder=encoder)
    means = (
        tuple(
            view_of(document.pair.attention, layer=layer, head=None)
            for layer in range(document.pair.layers)
        )
        for document in passes.documents
    )
    return PassWithLinks(passes, tuple(means))
