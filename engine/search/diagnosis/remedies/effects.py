"""What a remedy does to all other judged queries, and how many pairs it takes to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.quality.candidate_scores import (
    CandidateScores,
    first_ranking,
    pairs_key,
    run_of,
)
from engine.quality.evaluation import evaluate
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.significance import ALIKE, compare_values
from engine.search.diagnosis.remedies.kinds import Remedy
from engine.search.diagnosis.remedies.trying import Scoring
from engine.types import Cancel, ProgressCallback, Qrel, Query
from engine.types.diagnosis.remedies import LostQuery, RemedyEffect
from engine.types.registries.measures import PRIMARY, merit

WORST = 5


def other_queries(queries: Sequence[Query], qrels: Sequence[Qrel], query: str) -> list[Query]:
    """The judged queries but the one that is looked into."""
    relevant = {qrel.query_id for qrel in qrels if qrel.relevance > 0}
    own = query.strip().casefold()
    return [
        each
        for each in queries
        if each.query_id in relevant and each.text.strip().casefold() != own
    ]


def missing_pairs(
    scoring: Scoring,
    queries: Sequence[Query],
    base: PipelineSpec,
    remedy: Remedy,
    *,
    cancel: Cancel | None = None,
) -> int:
    """How many pairs have to be scored to know this remedy's effect on these queries."""
    with_remedy = scoring.with_remedy(remedy)
    rewritten = rewritten_queries(queries, remedy)
    return _missing(scoring, queries, base, cancel) + _missing(
        with_remedy, rewritten, remedy.spec, cancel, besides=(base, queries)
    )


def _missing(
    scoring: Scoring,
    queries: Sequence[Query],
    spec: PipelineSpec,
    cancel: Cancel | None,
    *,
    besides: tuple[PipelineSpec, Sequence[Query]] | None = None,
) -> int:
    """The pairs of a pipeline that were not scored, nor will be for the pipeline `besides`."""
    if not spec.reranker:
        return 0
    first = PipelineSpec(spec.settings)
    lists = scoring.gathered(queries, [first], cancel=cancel)
    counted: dict[tuple[str, str], set[str]] = {}
    if besides is not None:
        other, other_texts = besides[0], {query.text for query in besides[1]}
        for each in scoring.gathered(queries, [PipelineSpec(other.settings)], cancel=cancel):
            if each.text in other_texts:
                ids = first_ranking(other, each).ids()
                counted[pairs_key(other, ids), each.text] = set(ids)
    n = 0
    for each in lists:
        ids = first_ranking(spec, each).ids()
        key = (pairs_key(spec, ids), each.text)
        n += len(set(ids) - scoring.scored.get(key, {}).keys() - counted.get(key, set()))
    return n


def rewritten_queries(queries: Sequence[Query], remedy: Remedy) -> list[Query]:
    """The queries as the remedy searches for them."""
    rewrite = remedy.rewrite
    return [
        query if rewrite is None else replace(query, text=rewrite(query.text)) for query in queries
    ]


def effect_of(
    scoring: Scoring,
    queries: Sequence[Query],
    qrels: Sequence[Qrel],
    base: PipelineSpec,
    remedy: Remedy,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> tuple[RemedyEffect, Scoring]:
    """The remedy's effect on these queries, and what is known of scores now.

    What was not scored yet is scored. Raises Cancelled when it was called off.
    """
    before = scoring.gathered(queries, [base], on_progress=on_progress, cancel=cancel)
    scoring = scoring.having(before)
    after = scoring.with_remedy(remedy).gathered(
        rewritten_queries(queries, remedy), [remedy.spec], on_progress=on_progress, cancel=cancel
    )
    if remedy.document is None:
        scoring = scoring.having(after)
    return effect(before, after, queries, qrels, base, remedy.spec), scoring


def effect(
    before: Sequence[CandidateScores],
    after: Sequence[CandidateScores],
    queries: Sequence[Query],
    qrels: Sequence[Qrel],
    base: PipelineSpec,
    spec: PipelineSpec,
) -> RemedyEffect:
    """nDCG@10 of one pipeline minus that of the other, over the queries that both finished."""
    length = list_length((base, spec))
    ids = {each.query_id for each in before} & {each.query_id for each in after}
    values = []
    for pipeline, gathered in ((base, before), (spec, after)):
        run = run_of(pipeline, gathered, length=length)
        evaluation = evaluate(run, qrels, depth=length, query_ids=ids)
        values.append({q: evaluation.by_query[q][PRIMARY.name] for q in evaluation.by_query})
    difference = compare_values(
        values[0], values[1], names=(base.name, spec.name), measure=PRIMARY.name
    )
    texts = {query.query_id: query.text for query in queries}
    changes = {q: merit(PRIMARY.name, values[1][q] - values[0][q]) for q in values[0]}
    worst = sorted((change, q) for q, change in changes.items() if change < -ALIKE)[:WORST]
    return RemedyEffect(
        queries=difference.queries,
        difference=difference.difference,
        interval=difference.interval,
        better=difference.better,
        worse=difference.worse,
        equal=difference.equal,
        losses=tuple(LostQuery(q, texts.get(q, q), change) for change, q in worst),
    )
