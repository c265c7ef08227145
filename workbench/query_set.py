"""A query set through pipelines: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpora.stores.corpus import Corpus
from engine.quality.candidate_scores import CandidateScores, ScoredPairs
from engine.quality.pipelines import PipelineSpec
from engine.quality.runner import gather
from engine.search.searcher import Searcher
from engine.types import Cancel, CrossExamError, Log, ProgressCallback, Query, Reranker, Retriever
from engine.types.aliases import silent
from jobs.concurrent_work import Watch, wait_for_indexing
from workbench.workbench import Workbench

WARMING = "a first search, for what is only done once"


@dataclass(frozen=True, slots=True)
class QuerySetRun:
    """The candidate scores of the queries that were finished, and how they were measured.

    `meanwhile` names what else was at work in this process.
    """

    gathered: tuple[CandidateScores, ...]
    seconds: float
    meanwhile: tuple[str, ...]


def run_query_set(
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    queries: Sequence[Query],
    specs: Sequence[PipelineSpec],
    *,
    load: Callable[[str], Reranker] | None = None,
    scored: ScoredPairs | None = None,
    log: Log = silent,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
    failed: Callable[[CrossExamError], None] | None = None,
) -> QuerySetRun:
    """Run the queries through the pipelines; all that they rank by is asked once.

    `load` gives a reranker by its name; without it the workbench does. Times are measured once
    nothing is being indexed and the retrievers are warm. `scored`, `failed` and what is raised
    are those of `gather`; a run that is cancelled holds the queries finished so far.
    """
    report, stop = on_progress or _unreported, cancel or _never
    find_retriever = bench.searchers.finder(corpus)
    retrievers = [
        find_retriever(name, log=log, on_progress=report, cancel=stop)
        for name in dict.fromkeys(spec.retriever for spec in specs)
        if name
    ]
    rerankers = {
        name: bench.models.reranker(name, log) if load is None else load(name)
        for name in dict.fromkeys(spec.reranker for spec in specs)
        if name
    }
    wait_for_indexing(report, stop)
    first_stages: list[Retriever] = [searcher.lexical, searcher.dense, *retrievers]
    for retriever in first_stages:
        retriever.retrieve(WARMING, 1)
    watch = Watch(report)
    began = time.perf_counter()
    gathered = gather(
        searcher,
        rerankers,
        queries,
        specs,
        retrievers=retrievers,
        scored_pairs=scored,
        on_progress=watch.report,
        cancel=stop,
        failed=failed,
    )
    watch.look()
    return QuerySetRun(gathered, time.perf_counter() - began, tuple(watch.seen))


def _unreported(what: str, done: int, total: int) -> None:
    """Nobody asks how far it is."""


def _never() -> bool:
    return False
