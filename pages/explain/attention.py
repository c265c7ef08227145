"""Attention: where the cross-encoder's heads look, for one pair or for two."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.attention_heatmap import attention_heatmap
from components.bertviz_head_view import bertviz_head_view
from components.heads_overview import heads_overview
from components.messages import empty, error, notice, plain
from components.pair_scores import logit_sentence, mass_sentence, pair_scores, signed
from components.preparing import show_until_done
from components.token_links import token_links
from search.attention_view import crossing_grid, view_of
from search.types import CROSS_ENCODER, CrossExamError
from state import choices, jobs
from state.bench import prepare
from state.explain import ExplainedPair, explained

FROM_SEARCH, ANY_TEXTS = "From the search", "Any two texts"
MEAN = "mean of all"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text to explain against the query."""

    title: str
    text: str


def from_search() -> tuple[str, list[Candidate]]:
    """The query of the bar with one or two documents of its ranking."""
    chosen = choices.current()
    if not chosen.query:
        empty(
            "No query yet",
            "Type a query above, or switch to “Any two texts” and paste your own pair.",
        )
        st.stop()
    preparation = prepare(chosen.corpus)
    show_until_done(preparation.wait, lambda: preparation.status)
    ready = preparation.result()
    job = jobs.search(ready.searcher, chosen.query, chosen.settings)
    show_until_done(job.wait, lambda: job.status)
    if job.error is not None:
        raise job.error
    ranking = job.trace.ranking(CROSS_ENCODER) if job.trace is not None else None
    if ranking is None or not ranking.hits:
        empty("No candidates", "The first stage found nothing for this query: try another one.")
        st.stop()
    rank_of = {hit.doc_id: hit for hit in ranking.hits}
    options = list(rank_of)
    for key in (choices.DOCUMENT, choices.SECOND):
        asked = choices.asked(key)
        if asked and asked not in options:
            try:
                ready.corpus.store.get([asked])
            except CrossExamError:
                choices.forget(key)
                notice(f"{ready.corpus.info.name} has no document {asked!r}; it is left out.")
            else:
                options.append(asked)
    documents = {document.doc_id: document for document in ready.corpus.store.get(options)}

    def label(doc_id: str | None) -> str:
        if doc_id is None:
            return "none"
        title = documents[doc_id].title or doc_id
        hit = rank_of.get(doc_id)
        return f"{hit.rank} · {title} ({signed(hit.score)})" if hit else f"{title} (not scored)"

    left, right = st.columns(2)
    with left:
        first = st.selectbox(
            "Document (rank · title · logit)",
            options,
            format_func=label,
            key=choices.DOCUMENT,
            persist_state="session",
        )
    with right:
        second = st.selectbox(
            "Second document, beside it",
            [None, *options],
            format_func=label,
            key=choices.SECOND,
            persist_state="session",
        )
    picked = [first] if second in (None, first) else [first, second]
    return chosen.query, [
        Candidate(documents[d].title or d, documents[d].content) for d in picked if d
    ]


def any_texts() -> tuple[str, list[Candidate]]:
    """A query and one or two documents as typed or pasted."""
    query = st.text_input("Query text", "python snake", key="own_query", persist_state="session")
    left, right = st.columns(2)
    first = left.text_area(
        "Document", "Ball python care guide", key="own_first", persist_state="session"
    )
    second = right.text_area(
        "Second document (may stay empty)",
        "Python programming tutorial",
        key="own_second",
        persist_state="session",
    )
    if not query.strip() or not first.strip():
        empty("Two texts are needed", "Type a query and a document.")
        st.stop()
    texts = [text for text in (first, second) if text.strip()]
    return query, [Candidate(text[:60] + (" …" if len(text) > 60 else ""), text) for text in texts]


def pickers(layers: int, heads: int) -> tuple[int | None, int | None, bool, bool]:
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
        )
    with head:
        picked_head = st.selectbox(
            "Head",
            [None, *range(1, heads + 1)],
            format_func=lambda n: MEAN if n is None else str(n),
            key=choices.HEAD,
            persist_state="session",
        )
    with words:
        pieces = st.toggle("Show word-pieces", key="pieces", persist_state="session")
    with special:
        specials = st.toggle("Show [CLS] and [SEP]", key="specials", persist_state="session")
    return (
        None if picked_layer is None else picked_layer - 1,
        None if picked_head is None else picked_head - 1,
        not pieces,
        specials,
    )


mode = st.segmented_control(
    "What to look at",
    [FROM_SEARCH, ANY_TEXTS],
    default=FROM_SEARCH,
    required=True,
    key="attention_mode",
    persist_state="session",
    label_visibility="collapsed",
)
try:
    query, candidates = any_texts() if mode == ANY_TEXTS else from_search()
    with st.spinner("Reading the attention of the cross-encoder (fp32) …", show_time=True):
        pairs: list[ExplainedPair] = [explained(query, c.text) for c in candidates]
except CrossExamError as problem:
    error(choices.check(problem))
    st.stop()

attention = pairs[0].attention
layer, head, merge_words, show_special = pickers(attention.layers, attention.heads)
views = [
    view_of(
        pair.attention, layer=layer, head=head, merge_words=merge_words, show_special=show_special
    )
    for pair in pairs
]
dark = choices.is_dark()
if len(pairs) == 2:
    notice(logit_sentence(pairs[0].attention.score, pairs[1].attention.score))
    for number, column in enumerate(st.columns(2, gap="large")):
        with column:
            pair_scores(candidates[number].title, pairs[number].attention, pairs[number].cosine)
            token_links(views[number], key=f"links_{number}")
            attention_heatmap(
                views[number], direction="query_to_doc", dark=dark, key=f"heatmap_{number}"
            )
            st.caption(mass_sentence(views[number]))
else:
    pair_scores(candidates[0].title, attention, pairs[0].cosine)
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
    st.caption(mass_sentence(views[0]))

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
        "- In a BERT cross-encoder there is no separate cross-attention: this is the "
        "query × document block of its *self*-attention, and the two directions differ.\n"
        "- A row of the block does not sum to 100%: the rest of its attention stays within the "
        "own text or goes to the special tokens, as said above.\n"
        "- Attention shows where heads look; it is **not the cause of a score**.\n"
        "- Word-pieces are merged into words: attention *to* a word is the sum over its pieces, "
        "attention *from* a word the mean.\n"
        "- Layers and heads are counted from 1."
    )
with st.expander("Expert view: BertViz's head view (word-pieces, all heads)"):
    if st.toggle("Draw it", key="bertviz_on"):
        for number, pair in enumerate(pairs):
            if len(pairs) > 1:
                st.markdown(f"**{number + 1}. {plain(candidates[number].title)}**")
            bertviz_head_view(pair.attention, key=f"bertviz_{number}")
