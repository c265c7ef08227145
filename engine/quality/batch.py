"""A whole query set through one pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.search.folding import fold_by
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancel, CountCallback, CrossExamError, Query, Ranking, Run, StageTiming


def run_queries(
    searcher: Searcher,
    queries: Sequence[Query],
    settings: Settings,
    stages: Sequence[str],
    *,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> dict[str, Run]:
    """One run for each of `stages`, by stage name; every stage is computed once a query.

    First-stage rankings are cut to the depth, so that all runs are equally deep; rankings
    of passages are folded to documents (MaxP), which is what is judged. A cancelled batch
    returns the queries finished so far.
    """
    if not queries:
        raise CrossExamError(
            f"corpus {searcher.corpus.name!r} has no queries to run: give one with queries.jsonl"
        )
    pipeline = searcher.pipeline(settings, stages)
    rankings: dict[str, dict[str, Ranking]] = {stage: {} for stage in stages}
    timings: dict[str, tuple[StageTiming, ...]] = {}
    for done, query in enumerate(queries, 1):
        trace = pipeline.run(query.text, cancel=cancel or (lambda: False))
        for stage, failure in trace.failures.items():
            raise CrossExamError(f"{stage} failed at query {query.query_id!r}: {failure}")
        if not trace.complete:
            break
        timings[query.query_id] = trace.timings
        for stage in stages:
            ranking = trace.ranking(stage)
            if ranking is not None:
                kept = replace(ranking, hits=ranking.hits[: settings.depth])
                rankings[stage][query.query_id] = fold_by(searcher.store, kept)
        if on_progress is not None:
            on_progress(done, len(queries))
    return {stage: Run(stage, by_query, timings) for stage, by_query in rankings.items()}
