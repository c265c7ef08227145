"""Attention: where the cross-encoder's heads look, for one pair or for two."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error, notice, plain
from components.explain.attention_heatmap import attention_heatmap, common_top
from components.explain.attention_notes import attention_notes
from components.explain.attribution.attribution_facts import backend_sentence
from components.explain.bertviz_head_view import bertviz_head_view
from components.explain.heads_overview import heads_overview
from components.explain.pair_scores import logit_sentence, mass_sentence, pair_scores
from components.explain.token_links import token_links
from engine.explain.attention_view import crossing_grid, view_of
from engine.types import CrossExamError
from pages.explain.link_names import BERTVIZ
from pages.explain.model_picker import all_labels, picked_model
from pages.explain.pair_picker import picked_texts
from pages.explain.sections.attention_controls import attention_controls
from pages.explain.sections.known_scores import shown_meanwhile
from state import url_state
from state.explain.attention_maps import ExplainedPair, explained
from state.explain.attributions import ranking_logit


def ranking_note(explained_logit: float, ranked: tuple[float, str] | None) -> None:
    """Say both logits of a pair, where one backend explains and another ranked."""
    if ranked is not None:
        st.caption(plain(backend_sentence(explained_logit, *ranked)))


try:
    subject = picked_model(attention=True)
    query, candidates = picked_texts(subject.model)
    with shown_meanwhile(query, candidates, subject.model):
        pairs: list[ExplainedPair] = [explained(query, c.text, subject.model) for c in candidates]
    mode = url_state.current().settings.precision
    ranked_by = [
        ranking_logit(query, candidate.text, subject.model, precision=mode)
        for candidate in candidates
    ]
except CrossExamError as problem:
    error(url_state.error_message(problem))
    st.stop()

attention = pairs[0].attention
all_labels([candidate.title for candidate in candidates], [pair.labels for pair in pairs])
shown = attention_controls(attention.layers, attention.heads, attention.pair.special_names)
views = [
    view_of(
        pair.attention,
        layer=shown.layer,
        head=shown.head,
        merge_words=shown.merge_words,
        show_special=shown.show_special,
    )
    for pair in pairs
]
dark = url_state.is_dark()
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
            with stage.picture(str(number)):
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
    with links, stage.picture():
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

grid, notes = st.columns([1, 1], gap="large")
with grid:
    st.subheader("Which heads look across?", anchor=False)
    clicked = heads_overview(
        crossing_grid(attention), layer=shown.layer, head=shown.head, dark=dark, key="heads"
    )
    if clicked is not None:
        url_state.choose_next(**{url_state.LAYER: clicked[0] + 1, url_state.HEAD: clicked[1] + 1})
with notes:
    attention_notes()
with st.expander(
    "Expert view: BertViz's head view (word-pieces, all heads)",
    expanded=bool(url_state.widget_value(BERTVIZ.session_key)),
    key="bertviz_box",
):
    if st.toggle("Draw it", key=BERTVIZ.session_key, persist_state="session"):
        for number, pair in enumerate(pairs):
            if len(pairs) > 1:
                st.markdown(f"**{number + 1:d}. {plain(candidates[number].title)}**")
            bertviz_head_view(pair.attention, key=f"bertviz_{number}")
