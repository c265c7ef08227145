"""Searches in the background: one that is cancelled leaves nothing running."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import BLEND, CROSS_ENCODER, Cancel, CorpusInfo, ScoredBatch, SearchTrace
from pages.search.rankings import has_provisional
from state.search.search_jobs import Search, started
from tests.tiny import QUERY, TableReranker, Tiny, tiny_searcher

PATIENCE = 30


class Gated(TableReranker):
    """Reads the first batch at once and waits for the test before each further one."""

    def __init__(self, like: TableReranker) -> None:
        super().__init__(like.logits, like.cuts, batch=1)
        self.gate = threading.Semaphore(1)

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for batch in super().score(query, documents, cancel=cancel):
            assert self.gate.acquire(timeout=PATIENCE)
            yield batch


def gated_search() -> tuple[Searcher, Gated]:
    searcher, table = tiny_searcher([Tiny(f"d{i}", angle=i / 20, logit=i) for i in range(20)])
    reranker = Gated(table)
    return replace(searcher, reranker=reranker), reranker


def alive(search: Search) -> bool:
    search.job._thread.join(PATIENCE)
    return search.job._thread.is_alive()


def test_a_cancelled_search_reads_no_further_and_its_thread_ends() -> None:
    searcher, reranker = gated_search()
    search = started(searcher, QUERY, Settings(depth=20))
    while search.trace is None or not search.trace.scored:
        assert not search.job.wait(0.01), "it cannot finish before the gate opens"
    search.job.cancel()
    reranker.gate.release(20)
    assert search.job.wait(PATIENCE)
    assert not alive(search)
    assert len(reranker.scored) < 20
    assert search.trace is not None
    assert not search.trace.complete


def test_a_search_that_nobody_cancels_reads_everything() -> None:
    searcher, reranker = gated_search()
    reranker.gate.release(20)
    search = started(searcher, QUERY, Settings(depth=20))
    assert search.job.wait(PATIENCE)
    assert not alive(search)
    assert len(reranker.scored) == 20
    assert search.trace is not None
    ranking = search.trace.ranking(CROSS_ENCODER)
    assert ranking is not None
    assert ranking.ids(1) == ["d19"]


@pytest.mark.parametrize("wait", [True, False])
def test_a_job_says_whether_it_runs(wait: bool) -> None:
    searcher, reranker = gated_search()
    search = started(searcher, QUERY, Settings(depth=20))
    if wait:
        reranker.gate.release(20)
        assert search.job.wait(PATIENCE)
    assert search.job.running != wait
    search.job.cancel()
    reranker.gate.release(20)
    assert not alive(search)


@pytest.mark.parametrize(
    ("scored", "to_score", "scoring", "stands"),
    [
        (9, 50, CROSS_ENCODER, False),
        (10, 50, CROSS_ENCODER, True),
        (19, 100, CROSS_ENCODER, False),
        (50, 50, CROSS_ENCODER, True),  # while fp32 scores its near ties again
        (10, 50, BLEND, False),
        (50, 50, "", False),
    ],
)
def test_a_provisional_list_stands_once_the_first_stages_best_are_read(
    scored: int, to_score: int, scoring: str, *, stands: bool
) -> None:
    trace = SearchTrace(QUERY, CorpusInfo("toy", 60, "x"))
    trace = replace(trace, scored=scored, to_score=to_score, scoring=scoring)
    assert has_provisional(trace) is stands
