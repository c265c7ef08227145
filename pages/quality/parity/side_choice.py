"""Parity, the two sides: a mode of the cross-encoder, an added ranker, or what a run kept."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from components.quality.run_wording import when
from engine.types.parity.sides import OWN_MODES
from engine.types.ranker_names import stage_of
from engine.types.registries.search_parameters import EXACT, FAST
from pages.quality.link_names import PARITY_A, PARITY_B
from state import url_state
from state.app_resources import LoadedCorpus
from state.quality import parity


def chosen_sides(loaded: LoadedCorpus) -> tuple[str, str]:
    """Draw the two choices; the names of what was chosen."""
    labels = _labels(loaded)
    names = []
    for column, label, link_name, usual in zip(
        st.columns(2), "AB", (PARITY_A, PARITY_B), (EXACT, FAST), strict=True
    ):
        key = f"parity_side_{label.lower()}"
        url_state.give_choice(link_name, key, list(labels), usual)
        names.append(
            column.selectbox(
                plain(label),
                list(labels),
                index=list(labels).index(usual),
                format_func=labels.__getitem__,
                key=key,
                persist_state="session",
            )
        )
    return names[0], names[1]


def _labels(loaded: LoadedCorpus) -> dict[str, str]:
    """Everything that can stand on a side, by its name, as it is said."""
    labels = {mode: f"Cross-encoder, {OWN_MODES[mode]}" for mode in parity.own_sides()}
    for name in parity.ranker_sides():
        host = parity.host_of(name)
        sends = f", sends texts to {host}" if host else ""
        labels[name] = f"{stage_label(stage_of(name))}{sends}"
    for kept in parity.kept_sides(loaded.corpus.info.fingerprint):
        reranker, _, mark = kept.reranker.partition(" [")
        said = f"{stage_label(stage_of(reranker))}{f' [{mark}' if mark else ''}"
        labels[kept.name] = f"{said}, kept on {when(kept.saved_at)}"
    return labels
