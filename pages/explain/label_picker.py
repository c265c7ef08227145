"""Which label of a chosen reranker ranks: asked wherever the reranker is shown."""

from __future__ import annotations

import streamlit as st

from state import url_state
from state.search import additional_rankers as rerankers
from state.search import search_jobs as searches


def label_picker(name: str, *, key: str) -> None:
    """Draw the choice where a reranker has several labels; a new one ranks from now on."""
    labels = rerankers.labels(name)
    if not labels:
        return
    current_label = name.partition("#")[2]
    index = next(
        (i for i, label in enumerate(labels) if current_label.lower() == label.lower()), None
    )
    if index is None and current_label.isdigit() and int(current_label) < len(labels):
        index = int(current_label)
    chosen_label = st.selectbox(
        "Label that ranks",
        labels,
        index=index,
        key=f"{key} {name}",
        placeholder="choose one",
        help="In Compare, Latency and Quality too: the candidates are ordered by this label.",
    )
    if chosen_label is not None and (index is None or chosen_label != labels[index]):
        renamed = rerankers.relabel(name, chosen_label)
        searches.forget_failed()
        if url_state.widget_value(url_state.EXPLAINED) == name:
            url_state.set_next(**{url_state.EXPLAINED: renamed})
        st.rerun()
