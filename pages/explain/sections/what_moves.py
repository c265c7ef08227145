"""The section of Explain on what moves a score: the logit beside the cosine, and their checks."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import plain
from components.explain.attribution.attribution_facts import (
    attribution_ends,
    attribution_scores,
    backend_sentence,
    cosine_score,
    references_sentence,
)
from components.explain.attribution.method_wording import QUERY_STAYS
from components.explain.attribution.word_attribution import (
    COSINE,
    LOGIT,
    groups_of,
    word_attribution,
)
from components.explain.similarity_heatmap import similarity_heatmap
from engine.explain.attribution_warnings import interaction_sentence, warnings_of
from engine.types.registries.explanation_methods import EMPTY_DOCUMENT, EXPLANATION_METHODS
from pages.explain.cosine_picker import cosine_choice
from pages.explain.method_picker import label
from pages.explain.model_picker import Explained
from pages.explain.sections.explanation_results import check_of, explanations_ready
from state import url_state
from state.explain import attributions
from state.explain.attributions import AttributionRequest


def what_moves(
    moves: AttributionRequest,
    cosine: AttributionRequest,
    similar: AttributionRequest,
    subject: Explained,
) -> None:
    """The cross-encoder's reasons beside the bi-encoder's, and the check of the former."""
    queue = attributions.queue()
    left, right = st.columns(2, gap="large")
    with left:
        with stage.picture("logit_title"):
            st.markdown(f"### {plain(subject.title)}: the {plain(subject.what)}")
        with stage.picture("logit_progress"):
            explained = explanations_ready([moves], "moves")
        if explained:
            attribution = queue.result(moves)
            attribution_scores(attribution, explains=subject.what)
            with stage.picture("logit"):
                word_attribution(
                    groups_of(attribution),
                    LOGIT,
                    key="moves_words",
                    title=f"{subject.title}: {subject.what}, by word",
                )
            attribution_ends(
                attribution,
                warnings=warnings_of(attribution),
                interaction=interaction_sentence(attribution),
            )
            ranked = attributions.ranking_logit(
                moves.query,
                moves.text,
                moves.model,
                precision=url_state.current().settings.precision,
            )
            if ranked is not None:
                st.caption(plain(backend_sentence(attribution.score, *ranked)))
            if moves.baseline == EMPTY_DOCUMENT:
                st.caption(QUERY_STAYS)
    with right:
        with stage.picture("cosine_title"):
            st.markdown("### Bi-encoder: the cosine")
        cosine_choice()
        with stage.picture("cosine_progress"):
            explained = explanations_ready([cosine, similar], "cosine")
        if explained:
            reasons = queue.result(cosine)
            cosine_score(reasons)
            with stage.picture("cosine"):
                word_attribution(
                    groups_of(reasons),
                    COSINE,
                    key="cosine_words",
                    title="Bi-encoder: cosine, by word",
                )
            description = EXPLANATION_METHODS.of(cosine.method).description
            st.caption(plain(f"{description} {references_sentence(reasons)}"))
    if queue.result(similar) is not None:
        with st.expander("Bi-encoder: how alike each two words are to it"):
            alike = queue.result(similar)
            similarity_heatmap(
                alike.query_words,
                alike.doc_words,
                alike.cosines,
                dark=url_state.is_dark(),
                key="similarities",
            )
            st.caption(
                "Cosines of the words' last states. The bi-encoder makes one vector of each text "
                "before the two meet, so no single pair of words decides its score."
            )
    for request, key, model in ((moves, "moves", subject.title), (cosine, "cosine", "Bi-encoder")):
        if queue.result(request) is not None:
            st.markdown(
                f"### {plain(model)}: can “{plain(label(request.method))}” be trusted here?"
            )
            check_of(request, key)
