"""Forward passes, remembered for those that were looked at last."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engine.explain.attention_view import view_of
from engine.types import AttentionView
from engine.types.explain.forward_pass import ForwardPass
from state.app_resources import workbench

REMEMBERED = 6  # each holds the attention of all its documents
OPENED = "inside_opened"
"""The session's opened layer, and the id of the pass that it is of."""


@dataclass(frozen=True, slots=True)
class PassWithLinks:
    """A forward pass, and for each document what the mean of each layer's heads looks at."""

    passes: ForwardPass
    layer_means: tuple[tuple[AttentionView, ...], ...]


@st.cache_resource(max_entries=REMEMBERED, show_spinner=False)
def forward_pass(
    query: str, documents: tuple[tuple[str, str], ...], model: str = ""
) -> PassWithLinks:
    """The query with each (title, text) through both models, in fp32, timed when first asked for.

    `model` names an additional reranker, "" is the cross-encoder of every search. Raises
    CrossExamError where a text has no token, or the model cannot be looked into.
    """
    passes = workbench().forward_passes.trace(query, documents, reranker=model)
    means = (
        tuple(
            view_of(document.pair.attention, layer=layer, head=None)
            for layer in range(document.pair.layers)
        )
        for document in passes.documents
    )
    return PassWithLinks(passes, tuple(means))
