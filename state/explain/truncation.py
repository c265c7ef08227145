"""What models read of a document, and its score by passages, remembered for a while."""

from __future__ import annotations

import streamlit as st

from engine.search.passages import PassageScores, score_passages
from engine.search.precision.rescoring import exact_of
from engine.search.searcher import Searcher
from engine.types import Document, TokenBudget
from jobs.job import Job
from jobs.result_cache import ResultCache
from state.app_resources import workbench

REMEMBERED = 40
_PASSAGES = "_passages"


def budgets(query: str, text: str, query_tokens: int | None = None) -> tuple[TokenBudget, ...]:
    """What each model reads of a text, with the query or with one of a supposed length."""
    return workbench().tokens.budgets(query, text, query_tokens=query_tokens)


def most_query_tokens() -> int:
    """How many tokens of a query the cross-encoder reads at most."""
    return workbench().models.cross_encoder().pairs.max_query_tokens


def title_tokens(title: str) -> int:
    """How many tokens a title takes from every passage that it stands before."""
    return len(workbench().models.cross_encoder().pairs.pieces.ids([title])[0]) if title else 0


def token_places(text: str, places: list[int]) -> list[int]:
    """How many tokens of a text begin before each of these characters."""
    return workbench().tokens.tokens_before(text, places)


def passages(
    searcher: Searcher, query: str, document: Document, *, length: int, stride: int, titled: bool
) -> Job[PassageScores]:
    """The scoring of a document's windows in fp32: running, remembered, or started now."""
    key = (searcher.corpus.fingerprint, document.doc_id, query, length, stride, titled)
    job_cache: ResultCache[Job[PassageScores]] = st.session_state.setdefault(
        _PASSAGES, ResultCache(REMEMBERED)
    )
    for other, earlier in job_cache.items():
        if other != key and earlier.running:
            earlier.cancel()
        if earlier.cancelled or earlier.error is not None:
            job_cache.drop(other)

    def start() -> Job[PassageScores]:
        spans = workbench().tokens.windows(document.content, length, stride)
        title = document.title if titled else ""

        def work(job: Job[PassageScores]) -> PassageScores:
            return score_passages(
                exact_of(searcher.reranker),
                query,
                document.content,
                spans,
                title=title,
                on_progress=job.count,
                cancel=job.should_stop,
            )

        return Job("scoring the passages", work)

    return job_cache.get_or_make(key, start)
