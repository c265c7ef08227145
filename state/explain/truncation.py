"""What models read of a document, and its score by passages, remembered for a while."""

from __future__ import annotations

from collections import OrderedDict
from typing import cast

import streamlit as st

from engine.search.passages import PassageScores, score_passages
from engine.search.searcher import Searcher
from engine.types import Cancel, CountCallback, Document, TokenBudget
from jobs.task import Task
from state.app_resources import workbench

REMEMBERED = 40
_SHELF = "_passages"


def budgets(query: str, text: str, query_tokens: int | None = None) -> tuple[TokenBudget, ...]:
    """What each model reads of a text, with the query or with one of a supposed length."""
    return workbench().budgets(query, text, query_tokens=query_tokens)


def most_query_tokens() -> int:
    """How many tokens of a query the cross-encoder reads at most."""
    return workbench().cross_encoder().pairs.max_query_tokens


def title_tokens(title: str) -> int:
    """How many tokens a title takes from every passage that it stands before."""
    return len(workbench().cross_encoder().pairs.pieces.ids([title])[0]) if title else 0


def token_places(text: str, places: list[int]) -> list[int]:
    """How many tokens of a text begin before each of these characters."""
    return workbench().tokens_before(text, places)


def passages(
    searcher: Searcher, query: str, document: Document, *, length: int, stride: int, titled: bool
) -> Task[PassageScores]:
    """The scoring of a document's windows: running, remembered, or started now."""
    key = (searcher.corpus.fingerprint, document.doc_id, query, length, stride, titled)
    shelf = cast(
        "OrderedDict[object, Task[PassageScores]]",
        st.session_state.setdefault(_SHELF, OrderedDict()),
    )
    for other, task in list(shelf.items()):
        if other != key and task.running:
            task.cancel()
        if task.cancelled or task.error is not None:
            del shelf[other]
    if key not in shelf:
        spans = workbench().windows(document.content, length, stride)
        title = document.title if titled else ""

        def work(tell: CountCallback, cancel: Cancel) -> PassageScores:
            return score_passages(
                searcher.reranker,
                query,
                document.content,
                spans,
                title=title,
                on_progress=tell,
                cancel=cancel,
            )

        shelf[key] = Task("scoring the passages", work)
        while len(shelf) > REMEMBERED:
            shelf.popitem(last=False)
    shelf.move_to_end(key)
    return shelf[key]
