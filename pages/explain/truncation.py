"""Truncation: what of a document each model never reads, and its score by passages."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.job_progress import show_until_done
from components.common.messages import error, plain
from components.explain.truncation.token_ruler import (
    RulerWindow,
    query_sentence,
    token_ruler,
    unread_sentence,
)
from components.explain.truncation.window_form import WindowChoice, window_form
from components.search.headline import headline
from engine.search.passages import PassageScores
from engine.types import CrossExamError, TokenBudget
from pages.explain.document_picker import Picked, picked_document
from pages.explain.link_names import STRIDE, SUPPOSED, WINDOW
from pages.explain.model_picker import default_only
from pages.explain.sections.passages_result import passages_result
from state import url_state
from state.corpora.examples import is_bundled
from state.explain import truncation


def window_room(budget: TokenBudget, title: str) -> int:
    """How many tokens of a document fit beside the query, and a title before each window."""
    room = budget.limit - budget.special_tokens - budget.query_tokens
    return room - (truncation.title_tokens(title) if title else 0)


def passage_scores(picked: Picked, choice: WindowChoice) -> PassageScores | None:
    """The scores of the document's windows, drawing how far they are; None if cancelled."""
    job = truncation.passages(
        picked.loaded.searcher,
        picked.trace.query,
        picked.document,
        length=choice.length,
        stride=choice.stride,
        titled=choice.titled,
    )
    show_until_done(job, key=None)
    if job.error is not None:
        raise job.error
    return job.value


def ruler_windows(text: str, passages: PassageScores) -> list[RulerWindow]:
    """The windows with the tokens at which they begin and end."""
    firsts = truncation.token_places(text, [passage.start for passage in passages.passages])
    lasts = truncation.token_places(text, [passage.end for passage in passages.passages])
    return [
        RulerWindow(first, last, passage.start, passage.end, passage.score)
        for passage, first, last in zip(passages.passages, firsts, lasts, strict=True)
    ]


shown_best = ""
if is_bundled(url_state.corpus_name()):
    shown_best = (
        " Queries tagged long-document show it best: “do bees understand the concept of zero”."
    )
choose, suppose = st.columns([2, 1], gap="large")
with choose:
    picked = picked_document(
        "Type a query above. Then see how much of a document each model reads beside it, what is "
        "cut away, and what the cut part would have scored." + shown_best,
        cut=True,
    )
default_only()
document, query, text = picked.document, picked.trace.query, picked.document.content
try:
    budgets = truncation.budgets(query, text)
    most_query_tokens = truncation.most_query_tokens()
    with suppose:
        usual_tokens = budgets[0].query_tokens
        url_state.give_number(SUPPOSED, f"supposed_{query}", 0, most_query_tokens, usual_tokens)
        query_tokens = st.slider(
            "Suppose the query had so many tokens",
            0,
            most_query_tokens,
            usual_tokens,
            key=f"supposed_{query}",
            help="Only the ruler and the text follow; scores are always those of your query.",
        )
    supposed = query_tokens != usual_tokens
    shown = truncation.budgets(query, text, query_tokens) if supposed else budgets
    with stage.picture("sentence"):
        headline(("Supposed: " if supposed else "") + unread_sentence(shown))
    st.caption(plain(query_sentence(shown[0], most=most_query_tokens, supposed=supposed)))
    ruler = st.container()
    choice = window_form(
        has_title=bool(document.title),
        room=lambda titled: window_room(budgets[0], document.title if titled else ""),
        give=lambda name, key, *bounds: url_state.give_number(
            {"window": WINDOW, "stride": STRIDE}[name], key, *bounds
        ),
    )
    passages: PassageScores | None = None
    with ruler:
        if choice.scored:
            passages = passage_scores(picked, choice)
        windows = ruler_windows(text, passages) if passages is not None else []
        with stage.picture():
            token_ruler(text, shown, windows=windows, supposed=supposed, key="ruler")
        st.caption(
            "Where the bi-encoder's lane starts later, it is to line the document up: it embeds "
            "the document alone, without the query. BM25 counts every word of it."
        )
except CrossExamError as problem:
    error(url_state.error_message(problem))
    st.stop()
if passages is not None:
    passages_result(picked, passages, windows, budgets[0])
