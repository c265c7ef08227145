"""Explain: what moves the score of one pair, where heads look, whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.explain.attribution.method_wording import short
from engine.types import CrossExamError
from pages.explain.model_picker import all_labels, picked_model
from pages.explain.pair_picker import Candidate, picked_texts
from pages.explain.sections.one_pair import explain_one
from pages.explain.sections.two_pairs import explain_both
from state import url_state
from state.explain import attributions
from state.explain.attention_maps import label_scores

AGAINST = "AB"


def view_choice(candidates: Sequence[Candidate]) -> str:
    """Which of two documents is explained ("A", "B"), or both against each other."""
    if len(candidates) == 1:
        return "A"
    names = {AGAINST: "Why A above B"}
    for letter, candidate in zip("AB", candidates, strict=True):
        names[letter] = f"{letter} alone: {short(candidate.title)}"
    return st.segmented_control(
        "What to explain",
        list(names),
        default=AGAINST,
        required=True,
        format_func=lambda name: plain(names[name]),
        key="explain_view",
        persist_state="session",
        label_visibility="collapsed",
    )


def cut_notices(query: str, candidates: Sequence[Candidate], model: str) -> None:
    """What no explanation can speak of: the tokens that the cross-encoder never read."""
    for candidate in candidates:
        for side, tokens in attributions.unread_tokens(query, candidate.text, model).items():
            notice(
                f"{short(candidate.title)}: the last {counted(tokens, 'token')} of the {side} lie "
                "beyond the "
                "cross-encoder's limit. They were never read, so nothing here speaks of them."
            )


try:
    subject = picked_model()
    query, candidates = picked_texts(subject.model)
    view = view_choice(candidates)
    cut_notices(query, candidates, subject.model)
    shown = list(candidates) if view == AGAINST else [candidates["AB".index(view)]]
    all_labels(
        [candidate.title for candidate in shown],
        [label_scores(query, candidate.text, subject.model) for candidate in shown],
    )
    if view == AGAINST:
        explain_both(query, candidates, subject)
    else:
        explain_one(query, shown[0], subject)
except CrossExamError as problem:
    error(url_state.error_message(problem))
