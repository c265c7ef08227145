"""The sections of Explain that follow attention: where heads look, and whether methods agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted
from components.explain.attribution.attribution_facts import special_sentence
from components.explain.attribution.method_agreement import method_agreement_view
from components.explain.attribution.word_attribution import (
    GRADIENT,
    SHARE,
    groups_of,
    word_attribution,
)
from components.explain.pair_scores import mass_sentence
from engine.explain.correlation import in_words, spearman
from engine.types import Attribution
from engine.types.registries.explanation_methods import (
    ATTENTION_RECEIVED,
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
)
from pages.explain.sections.explanation_results import check_of, explanations_ready
from state import url_state
from state.explain import attributions
from state.explain.attributions import AttributionRequest


def where_heads_look(looks: AttributionRequest, across: AttributionRequest) -> None:
    """One of the methods that follow attention, in a colour of its own."""
    queue = attributions.queue()
    if not explanations_ready([looks, across], "looks"):
        return
    attribution = queue.result(looks)
    reading = GRADIENT if EXPLANATION_METHODS.of(looks.method).signed else SHARE
    word_attribution(
        groups_of(attribution), reading, key="looks_words", title="Where heads look, by word"
    )
    is_mean = looks.method == ATTENTION_RECEIVED.name
    mass = (
        mass_sentence(queue.result(across)) if is_mean else special_sentence(attribution, reading)
    )
    st.caption(plain(mass))
    check_of(looks, "looks")


def do_they_agree(explanations: Sequence[AttributionRequest]) -> None:
    """Spearman's correlation of each two methods, by the strength of every word."""
    queue = attributions.queue()
    if not explanations_ready(explanations, "agree"):
        return
    document_only = any(request.baseline == EMPTY_DOCUMENT for request in explanations)
    strengths = {
        request.method: _strengths(queue.result(request), document_only=document_only)
        for request in explanations
    }
    agreements = [
        (left, right, rho, in_words(rho))
        for left, right in combinations(strengths, 2)
        for rho in [spearman(strengths[left], strengths[right])]
    ]
    method_agreement_view(list(strengths), agreements, dark=url_state.is_dark(), key="agreement")
    of = "the document" if document_only else "query and document"
    length = counted(len(strengths[explanations[0].method]), "word")
    st.caption(
        f"Spearman's rank correlation over the {plain(length)} of {plain(of)} (as the tokenizer "
        "splits them, a punctuation mark is one too): 1 is the same order, 0 none. Attention has "
        "no sign, so every method counts by its strength, sign aside."
    )


def _strengths(attribution: Attribution, *, document_only: bool) -> list[float]:
    """How strongly each word counts, sign aside."""
    values: Iterable[float] = attribution.values
    if document_only:
        values = [value for _, value in attribution.of("document")]
    return [abs(value) for value in values]
