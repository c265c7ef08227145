"""What is shown of a model's attention: which layer and head, word-pieces, special tokens."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.common.expert import expert_settings
from components.common.messages import notice, plain
from state import url_state

MEAN = "mean of all"


@dataclass(frozen=True, slots=True)
class AttentionChoice:
    """`layer` and `head` count from 0; None is the mean of all."""

    layer: int | None
    head: int | None
    merge_words: bool
    show_special: bool


def attention_controls(layers: int, heads: int, special_names: str) -> AttentionChoice:
    """Draw the controls; a layer or head of a link that the model has not is left out."""
    for key, count in ((url_state.LAYER, layers), (url_state.HEAD, heads)):
        if (url_state.widget_value(key) or 0) > count:
            notice(f"The model has no {key} {url_state.widget_value(key)}: it has {count}.")
            url_state.forget(key)
    chosen = (url_state.widget_value(key) for key in (url_state.LAYER, url_state.HEAD))
    place = expert_settings(
        f"layer, head, word-pieces, {special_names}",
        key="attention_expert",
        opened=any(number is not None for number in chosen),
    )
    layer_box, head_box, words_box, special_box = place.columns(
        [1, 1, 1.1, 1.2], vertical_alignment="bottom"
    )
    with layer_box:
        layer_index = _number_box("Layer", layers, url_state.LAYER)
    with head_box:
        head_index = _number_box("Head", heads, url_state.HEAD)
    with words_box:
        pieces = st.toggle("Show word-pieces", key="pieces", persist_state="session")
    with special_box:
        show_special = st.toggle(
            plain(f"Show {special_names}"), key="specials", persist_state="session"
        )
    return AttentionChoice(layer_index, head_index, not pieces, show_special)


def _number_box(label: str, count: int, key: str) -> int | None:
    """The index of the layer or head chosen, None for the mean of all."""
    number = st.selectbox(
        plain(label),
        [None, *range(1, count + 1)],
        format_func=lambda n: MEAN if n is None else str(n),
        key=key,
        persist_state="session",
        on_change=url_state.keep,
        args=(key,),
    )
    return None if number is None else number - 1
