"""Inside: one forward pass of both models, live, on the words on screen."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error
from components.explain.inside.inside_view import (
    MOST_DOCUMENTS,
    LayerHeads,
    OpenedLayer,
    inside_view,
)
from engine.explain.forward_pass import head_views, ranking_formation
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError, Ranking
from pages.explain.link_names import FROM_SEARCH
from pages.explain.model_picker import picked_model
from pages.explain.pair_picker import Candidate, picked_texts
from pages.search.loaded_corpus import searched
from state import url_state
from state.explain.attention_maps import ranking_backend
from state.explain.inside import OPENED, PassWithLinks, encoders, forward_pass

ENCODER = "inside_encoder"
FIRST = 3  # documents of the ranking that stand beside the picked ones


def beside(picked: list[Candidate]) -> list[Candidate]:
    """The picked documents, the first of the ranking, and one that the cross-encoder puts low.

    So that there is a ranking whose forming can be seen.
    """
    if st.session_state.get("attention_mode", FROM_SEARCH) != FROM_SEARCH:
        return picked
    loaded, trace = searched(url_state.current())
    ranking = trace.ranking(CROSS_ENCODER) if trace is not None else None
    if trace is None or ranking is None:
        return picked
    ids = [hit.doc_id for hit in ranking.hits[:FIRST]]
    ids += _low_one(ranking, trace.ranking(BI_ENCODER))
    documents = loaded.corpus.store.get(list(dict.fromkeys(ids)))
    further = [
        Candidate(each.title or each.doc_id, each.content, each.doc_id) for each in documents
    ]
    return [*picked, *(each for each in further if each not in picked)][:MOST_DOCUMENTS]


def _low_one(ranking: Ranking, before: Ranking | None) -> list[str]:
    """The bi-encoder's first one that lies in the lower half of the cross-encoder's scores."""
    scores = {hit.doc_id: hit.score for hit in ranking.hits}
    middle = (max(scores.values()) + min(scores.values())) / 2
    liked = (hit.doc_id for hit in before.hits) if before is not None else iter(())
    return [doc_id for doc_id in liked if scores.get(doc_id, middle) < middle][:1]


@st.fragment
def picture(traced: PassWithLinks) -> None:
    """The picture; opening a layer fetches its heads' words and draws nothing else anew."""
    passes = traced.passes
    opened, of = st.session_state.get(OPENED, (None, None))
    heads = None
    if isinstance(opened, OpenedLayer) and of == id(passes):
        document = passes.documents[opened.document]
        heads = LayerHeads(opened, head_views(document.pair, opened.layer))
    settings = url_state.current().settings
    opened_layer = inside_view(
        passes,
        formation=ranking_formation([document.pair.lens for document in passes.documents]),
        layer_means=traced.layer_means,
        candidates=settings.depth,
        backend=ranking_backend(settings.precision),
        heads=heads,
        key="inside",
    )
    if opened_layer is not None:
        st.session_state[OPENED] = (opened_layer, id(passes))
        st.rerun(scope="fragment")


def picked_encoder() -> str:
    """The bi-encoder whose towers stand on the left, "" that of every search."""
    offered = encoders()
    if url_state.widget_value(ENCODER) not in offered:
        url_state.forget(ENCODER)
    if len(offered) < 2:
        return ""
    chosen = st.columns([2, 2.2])[0].selectbox(
        "Bi-encoder on the left",
        list(offered),
        format_func=offered.__getitem__,
        key=ENCODER,
        persist_state="session",
    )
    return str(chosen)


place = st.container()
try:
    subject = picked_model()
    query, picked = picked_texts(subject.model)
    encoder = picked_encoder()
    candidates = beside(picked)
    with place, st.spinner("Running both models on these texts (fp32) …", show_time=True):
        texts = tuple((each.title, each.text) for each in candidates)
        traced = forward_pass(query, texts, subject.model, encoder)
except CrossExamError as problem:
    error(url_state.error_message(problem))
    st.stop()
with place:
    with stage.picture():
        picture(traced)
    st.markdown("## Look at other texts")
