"""Attention: where the cross-encoder's heads look, for one pair or for two."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.explain.attention_heatmap import attention_heatmap, common_top
from components.explain.attribution.attribution_facts import backend_sentence
from components.explain.bertviz_head_view import bertviz_head_view
from components.explain.heads_overview import heads_overview
from components.explain.pair_scores import logit_sentence, mass_sentence, pair_scores
from components.explain.token_links import token_links
from engine.explain.attention_view import crossing_grid, view_of
from engine.types import CrossExamError
from pages.explain.model_picker import all_labels, picked_model
from pages.explain.pair_picker import picked_texts
from state import url_state as choices
from state.explain.attention_maps import ExplainedPair, explained
from state.explain.attributions import ranking_logit

MEAN = "mean of all"


def pickers(
    layers: int, heads: int, special_names: str
) -> tuple[int | None, int | None, bool, bool]:
    """(layer, head, whole words, special tokens); None is the mean of all."""
    for key, count in ((choices.LAYER, layers), (choices.HEAD, heads)):
        if (choices.asked(key) or 0) > count:
            notice(f"The model has no {key} {choices.asked(key)}: it has {count}.")
            choices.forget(key)
    layer, head, words, special = st.columns([1, 1, 1.1, 1.2], vertical_alignment="bottom")
    with layer:
        picked_layer = st.selectbox(
            "Layer",
            [None, *range(1, layers + 1)],
            format_func=lambda n: MEAN if n is None else str(n),
            key=choices.LAYER,
            persist_state="session",
            on_change=choices.keep,
            args=(choices.LAYER,),
        )
    with head:
        picked_head = st.selectbox(
            "Head",
            [None, *range(1, heads + 1)],
            format_func=lambda n: MEAN if n is None else str(n),
            key=choices.HEAD,
            persist_state="session",
            on_change=choices.keep,
            args=(choices.HEAD,),
        )
    with words:
        pieces = st.toggle("Show word-pieces", key="pieces", persist_state="session")
    with special:
        specials = st.toggle(
            plain(f"Show {special_names}"), key="specials", persist_state="session"
        )
    return (
        None if picked_layer is None else picked_layer - 1,
        None if picked_head is None else picked_head - 1,
        not pieces,
        specials,
    )


def ranking_note(explained_logit: float, ranked: tuple[float, str] | None) -> None:
    """Say both logits of a pair, where one engine explains and another ranked."""
    if ranked is not None:
        st.caption(plain(backend_sentence(explained_logit, *ranked)))


try:
    subject = picked_model()
    query, candidates = picked_texts(subject.model)
    with st.spinner("Reading the attention of the cross-encoder (fp32) …", show_time=True):
        pairs: list[ExplainedPair] = [explained(query, c.text, subject.model) for c in candidates]
except CrossExamError as problem:
    error(choices.check(problem))
    st.stop()

attention = pairs[0].attention
ranked_by = [ranking_logit(query, candidate.text, subject.model) for candidate in candidates]
all_labels([candidate.title for candidate in candidates], [pair.labels for pair in pairs])
layer, head, merge_words, show_special = pickers(
    attention.layers, attention.heads, attention.pair.special_names
)
views = [
    view_of(
        pair.attention, layer=layer, head=head, merge_words=merge_words, show_special=show_special
    )
    for pair in pairs
]
dark = choices.is_dark()
if len(pairs) == 2:
    notice(logit_sentence(pairs[0].attention.score, pairs[1].attention.score))
    top = common_top(views, direction="query_to_doc")
    for number, column in enumerate(st.columns(2, gap="large")):
        with column:
            pair_scores(
                candidates[number].title,
                pairs[number].attention,
                pairs[number].cosine,
                explains=subject.metric,
            )
            ranking_note(pairs[number].attention.score, ranked_by[number])
            token_links(views[number], key=f"links_{number}")
            attention_heatmap(
                views[number],
                direction="query_to_doc",
                dark=dark,
                key=f"heatmap_{number}",
                top=top,
            )
            st.caption(plain(mass_sentence(views[number])))
else:
    pair_scores(candidates[0].title, attention, pairs[0].cosine, explains=subject.metric)
    ranking_note(attention.score, ranked_by[0])
    links, heatmap = st.columns([1.1, 1], gap="large")
    with links:
        token_links(views[0], key="links_0")
    with heatmap:
        towards = st.segmented_control(
            "Direction of the heat map",
            ["query_to_doc", "doc_to_query"],
            default="query_to_doc",
            required=True,
            format_func=lambda d: "query → document" if d == "query_to_doc" else "document → query",
            key="direction",
            persist_state="session",
        )
        attention_heatmap(
            views[0],
            direction="doc_to_query" if towards == "doc_to_query" else "query_to_doc",
            dark=dark,
            key="heatmap_0",
        )
    st.caption(plain(mass_sentence(views[0])))

grid, words_about = st.columns([1, 1], gap="large")
with grid:
    st.subheader("Which heads look across?", anchor=False)
    clicked = heads_overview(
        crossing_grid(attention), layer=layer, head=head, dark=dark, key="heads"
    )
    if clicked is not None:
        choices.choose_next(**{choices.LAYER: clicked[0] + 1, choices.HEAD: clicked[1] + 1})
with words_about:
    st.subheader("How to read this", anchor=False)
    st.markdown(
        "- In a cross-encoder such as BERT there is no separate cross-attention: this is the "
        "query × document block of its *self*-attention, and the two directions differ.\n"
        "- A row of the block does not sum to 100%: the rest of its attention stays within the "
        "own text or goes to the special tokens, as said above.\n"
        "- Attention shows where heads look; it is **not the cause of a score**.\n"
        "- Word-pieces are merged into words: attention *to* a word is the sum over its pieces, "
        "attention *from* a word the mean.\n"
        "- Layers and heads are counted from 1."
    )
with st.expander("Expert view: BertViz's head view (word-pieces, all heads)", key="bertviz_box"):
    if st.toggle("Draw it", key="bertviz_on"):
        for number, pair in enumerate(pairs):
            if len(pairs) > 1:
                st.markdown(f"**{number + 1:d}. {plain(candidates[number].title)}**")
            bertviz_head_view(pair.attention, key=f"bertviz_{number}")
