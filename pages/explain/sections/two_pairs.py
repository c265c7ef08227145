"""Explain for two documents: why one stands above the other."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common import stage
from components.common.messages import notice, plain
from components.explain.attribution.pairwise_view import headline_of, lead_sentence, pairwise_view
from components.search.headline import headline
from engine.explain.attribution_warnings import warnings_of
from engine.explain.pairwise import difference
from engine.types.registries.explanation_methods import ALL_PADDED, INTEGRATED_GRADIENTS
from pages.explain.method_picker import baseline_choice
from pages.explain.model_picker import Explained
from pages.explain.pair_picker import Candidate
from pages.explain.sections.explanation_results import explanations_ready
from pages.explain.sections.pair_report import pairs_report
from state import url_state
from state.explain import attributions
from state.explain.attributions import attribution_request

FIRST_GLANCE = 0.25


def explain_both(query: str, candidates: Sequence[Candidate], subject: Explained) -> None:
    """Why one document stands above the other."""
    queue = attributions.queue()
    with st.columns([1, 2])[0]:
        baseline = baseline_choice("pair_baseline", ALL_PADDED, subject.model)
    method = INTEGRATED_GRADIENTS.name
    a, b = (
        attribution_request(query, c.text, method, baseline, model=subject.model)
        for c in candidates
    )
    queue.want([a, b])
    queue.wait([a, b], FIRST_GLANCE)
    if not explanations_ready([a, b], "against"):
        return
    differences = difference(queue.result(a), queue.result(b))
    for letter, pair in zip("AB", (a, b), strict=True):
        for warning in warnings_of(queue.result(pair)):
            notice(f"{letter}: {warning}")
    with stage.picture():
        headline(headline_of(queue.result(a).score, queue.result(b).score))
        st.markdown(plain(lead_sentence(differences)))
        titles = (candidates[0].title, candidates[1].title)
        pairwise_view(differences, titles, dark=url_state.is_dark(), key="against")
    pairs_report((a, b), candidates, subject)
    st.caption(
        f"Integrated gradients of both pairs, subtracted ({queue.result(a).steps:,} and "
        f"{queue.result(b).steps:,} steps). Look at A or B alone to check its explanation."
    )
