"""Explain for one pair: what moves its score, where heads look, and whether these agree."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import error, plain
from engine.types import CROSS_ENCODER
from engine.types.registries.explanation_methods import (
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    INTEGRATED_GRADIENTS,
    OCCLUSION_DELETE,
    methods_of,
)
from pages.explain.cosine_picker import chosen_encoder, chosen_method
from pages.explain.method_picker import (
    attention_choice,
    baseline_choice,
    chosen_attention,
    method_choice,
)
from pages.explain.model_picker import Explained
from pages.explain.pair_picker import Candidate
from pages.explain.sections.attention_methods import do_they_agree, where_heads_look
from pages.explain.sections.pair_report import pair_report
from pages.explain.sections.what_moves import what_moves
from state import url_state
from state.explain import attributions
from state.explain.attributions import AttributionRequest, attribution_request

FIRST_GLANCE = 0.25
BASELINE = "ig_baseline"


def explain_one(query: str, candidate: Candidate, subject: Explained) -> None:
    """One pair: what moves its score, where heads look, and whether these agree."""
    queue = attributions.queue()

    def request(name: str, baseline: str = "", *, model: str = subject.model) -> AttributionRequest:
        return attribution_request(query, candidate.text, name, baseline, model=model)

    st.header("What moves the score", anchor=False)
    method_box, baseline_box = st.columns([2, 1], vertical_alignment="bottom")
    with method_box:
        method = EXPLANATION_METHODS.of(method_choice())
    baseline = url_state.widget_value(BASELINE) or EMPTY_DOCUMENT
    if method.takes_baseline:
        with baseline_box:
            baseline = baseline_choice(BASELINE, EMPTY_DOCUMENT, subject.model)
    gradients = request(INTEGRATED_GRADIENTS.name, baseline)
    moves = request(method.name, baseline if method.takes_baseline else "")
    looks = request(chosen_attention())
    cosine, similar = (
        request(name, model=chosen_encoder())
        for name in (chosen_method(), attributions.SIMILARITIES)
    )
    across = request(attributions.CROSSING)
    always = (OCCLUSION_DELETE.name, *methods_of(CROSS_ENCODER, "attention"))
    compared = list(dict.fromkeys([gradients, moves, *(request(name) for name in always)]))
    checks = queue.requested([replace(shown, check=True) for shown in (moves, cosine, looks)])
    queue.want([moves, cosine, similar, looks, across, *checks, *compared])
    queue.wait([moves], FIRST_GLANCE)  # what was chosen is drawn before all else is there
    if (problem := queue.error([moves, cosine])) is not None:
        error(url_state.error_message(problem))
        return

    st.caption(plain(" ".join(filter(None, (method.description, method.caveat)))))
    what_moves(moves, cosine, similar, subject)
    pair_report(moves, across, candidate, subject)
    st.divider()
    st.header("Where heads look", anchor=False)
    st.markdown(plain(EXPLANATION_METHODS.of(looks.method).caveat))
    attention_choice()
    st.caption(plain(EXPLANATION_METHODS.of(looks.method).description))
    where_heads_look(looks, across)
    st.divider()
    st.header("Do they agree?", anchor=False)
    do_they_agree(compared)
