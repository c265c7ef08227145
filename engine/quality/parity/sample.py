"""Which queries and candidates two rankers are compared by."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from engine.quality.parity.parity import Candidates
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import (
    Cancel,
    Cancelled,
    CrossExamError,
    Document,
    DocumentStore,
    ProgressCallback,
    Query,
)

SEED = 20_261_121
SEARCHING = "looking for candidates"
Kept = Mapping[str, Mapping[str, float]]  # scores by query text and document


def sampled_queries(queries: Sequence[Query], number: int) -> list[Query]:
    """At most so many of the queries that hold a word, always the same ones, in their order."""
    asked = [query for query in queries if query.text.strip()]
    if number >= len(asked):
        return asked
    positions = set(random.Random(SEED).sample(range(len(asked)), number))
    return [query for position, query in enumerate(asked) if position in positions]


def searched_candidates(
    searcher: Searcher,
    queries: Sequence[Query],
    settings: Settings,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel = lambda: False,
) -> list[Candidates]:
    """The first `settings.depth` documents of the first stage for each query that has any."""
    stage = settings.first_stage
    pipeline = searcher.pipeline(settings, [stage])
    sample = []
    for number, query in enumerate(queries):
        if on_progress is not None:
            on_progress(SEARCHING, number, len(queries))
        ranking = pipeline.run(query.text, cancel=cancel).ranking(stage)
        if cancel():
            raise Cancelled("the comparison was cancelled")
        doc_ids = ranking.ids(settings.depth) if ranking is not None else []
        if doc_ids:
            sample.append(Candidates(query, tuple(searcher.store.get(doc_ids))))
    return sample


def kept_candidates(
    store: DocumentStore, queries: Sequence[Query], kept: Sequence[Kept], number: int, depth: int
) -> list[Candidates]:
    """For each sampled query the documents that all of `kept` scored, the first's best first.

    Raises CrossExamError where no pair is common to them.
    """
    shared = [query for query in queries if all(query.text in scores for scores in kept)]
    ids = set(store.ids())
    sample = []
    for query in sampled_queries(shared, number):
        first = kept[0][query.text]
        common = [d for d in first if d in ids and all(d in each[query.text] for each in kept)]
        best = sorted(common, key=lambda doc_id: (-first[doc_id], doc_id))[:depth]
        if best:
            documents: list[Document] = store.get(best)
            sample.append(Candidates(query, tuple(documents)))
    if not sample:
        raise CrossExamError(
            "no pair of query and document is kept on both sides: choose runs of the same queries, "
            "or a ranker that can be asked now"
        )
    return sample
