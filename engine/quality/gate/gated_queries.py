"""A pipeline with a reranker and its own first stage alone, query by query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.quality.candidate_scores import (
    CandidateScores,
    first_ranking,
    pairs_of,
    run_of,
    seconds_of,
)
from engine.quality.evaluation import evaluate
from engine.quality.gate.signals import TOP, agreement_seconds, sureness
from engine.quality.pipelines import PipelineSpec
from engine.types import CrossExamError, Evaluation, Qrel, Run
from engine.types.quality.gate import GateQuery, Unchanged
from engine.types.registries.measures import PRIMARY

SAME_ORDER, SAME_SET, CHANGED = "same order", "same set", "changed"


def first_stage_of(spec: PipelineSpec, *, length: int) -> PipelineSpec:
    """The pipeline's first stage alone, as it is listed beside pipelines of that length."""
    if not spec.reranker:
        raise CrossExamError(f"{spec.name} has no reranker to gate: choose a pipeline with one")
    settings = replace(spec.settings, depth=max(length, spec.depth))
    return PipelineSpec(settings)


def both_runs(
    spec: PipelineSpec, gathered: Sequence[CandidateScores], *, length: int
) -> tuple[Run, Run]:
    """The runs of the first stage alone and of the pipeline, as Quality measures them."""
    first = first_stage_of(spec, length=length)
    return run_of(first, gathered, length=first.depth), run_of(spec, gathered, length=first.depth)


def gated_queries(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    runs: tuple[Run, Run],
    qrels: Sequence[Qrel],
) -> tuple[tuple[GateQuery, ...], tuple[Evaluation, Evaluation]]:
    """(the judged queries by id, the two evaluations that their values are from).

    `runs` are those of `both_runs`. Raises CrossExamError where no query has a relevant judgment.
    """
    evaluations = tuple(
        evaluate(run, qrels, depth=TOP, query_ids=run.rankings.keys()) for run in runs
    )
    by_id: Mapping[str, CandidateScores] = {each.query_id: each for each in gathered}
    first, reranked = (
        {query_id: values[PRIMARY.name] for query_id, values in evaluation.by_query.items()}
        for evaluation in evaluations
    )
    queries = []
    for query_id in sorted(first):
        query_scores = by_id[query_id]
        candidate_ids = first_ranking(spec, query_scores).ids()
        pairs = pairs_of(spec, query_scores)
        rerank_seconds = sum(pairs[doc_id].seconds for doc_id in candidate_ids)
        queries.append(
            GateQuery(
                query_id,
                query_scores.text,
                first[query_id],
                reranked[query_id],
                len(candidate_ids),
                seconds_of(spec, query_scores) - rerank_seconds,
                rerank_seconds,
                agreement_seconds(spec, query_scores),
                sureness(spec, query_scores),
            )
        )
    return tuple(queries), (evaluations[0], evaluations[1])


def unchanged(runs: tuple[Run, Run]) -> Unchanged:
    """For how many queries both runs have the same first 10, in order or as a set."""
    first_run, reranked_run = runs
    by_query, single = {}, 0
    for query_id, ranking in first_run.rankings.items():
        before, after = ranking.ids(TOP), reranked_run.rankings[query_id].ids(TOP)
        single += len(before) < 2
        same_set = set(before) == set(after)
        by_query[query_id] = SAME_ORDER if before == after else SAME_SET if same_set else CHANGED
    return Unchanged(
        len(by_query),
        sum(state == SAME_ORDER for state in by_query.values()),
        sum(state != CHANGED for state in by_query.values()),
        single,
        by_query,
    )
