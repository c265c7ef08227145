"""A quality run frozen: its measures, the differences between pipelines, the queries that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.quality.pipeline_figures import (
    PipelineFigures,
    added_seconds,
    default_pair,
    differences_from,
)
from engine.quality.runs.run_comparison import NO_RESULTS, QueryChange, changes
from engine.quality.significance import Difference
from engine.quality.verdict import reranking_verdict
from engine.quality.weights.first_result import FirstResultChange, first_result_change
from engine.quality.weights.weighted_mean import weighted_means
from engine.types import Qrel, Run
from engine.types.registries.measures import PRIMARY
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import (
    DifferenceFigure,
    FirstResults,
    PipelineFigure,
    QualitySnapshot,
    QueryFigure,
)

MOST_QUERIES = 200  # at either end: those that lost most and those that won most
MOST_KEPT = 20  # of those, in a walkthrough's step


def quality_snapshot(
    figures: Sequence[PipelineFigures],
    runs: Mapping[str, Run],
    qrels: Sequence[Qrel],
    texts: Mapping[str, str],
    provenance: Provenance,
    *,
    measure: str = PRIMARY.name,
    weights: Mapping[str, float] | None = None,
    judgments: str = "people's judgments",
    notices: Sequence[str] = (),
) -> QualitySnapshot:
    """The figures of every pipeline, and the best reranked one against the best without.

    `runs` are by pipeline's name, `texts` and `weights` by query id. `figures` must not be
    empty; with one pipeline alone there is nothing to compare.
    """
    pair = [figures[position] for position in default_pair(figures)]
    before, after = (pipeline.spec.name for pipeline in pair)
    evaluations = {pipeline.spec.name: pipeline.evaluation for pipeline in figures}
    others = [name for name in evaluations if name != before]
    differences = differences_from(evaluations, before, others, measure)
    primary = (
        differences
        if measure == PRIMARY.name
        else differences_from(evaluations, before, others, PRIMARY.name)
    )
    moved = (
        changes(
            runs[before],
            runs[after],
            (evaluations[before], evaluations[after]),
            qrels,
            measure=measure,
        )
        if before != after
        else []
    )
    grades = _grades_of(qrels)
    rows = [
        _query(change, runs[before], runs[after], grades, texts, weights or {}) for change in moved
    ]
    shown = rows if len(rows) <= 2 * MOST_QUERIES else rows[:MOST_QUERIES] + rows[-MOST_QUERIES:]
    headline = next((d for d in primary if d.right == after), None)
    compared = headline is not None and pair[1].spec.reranker and not pair[0].spec.reranker
    return QualitySnapshot(
        provenance=provenance,
        measure=measure,
        pipelines=tuple(_pipeline(pipeline, weights or {}) for pipeline in figures),
        baseline=before,
        differences=tuple(_difference(one) for one in differences),
        before=before,
        after=after,
        queries=tuple(shown),
        query_count=len(rows) or len(figures[0].evaluation.by_query),
        headline=(
            reranking_verdict(headline, added_seconds(pair[0], pair[1]))
            if headline is not None and compared
            else ""
        ),
        first_results=(
            _first_results(first_result_change(runs[before], runs[after], qrels, weights))
            if before != after
            else None
        ),
        judgments=judgments,
        notices=tuple(notices),
    )


def shortened_queries(snapshot: QualitySnapshot, most: int = MOST_KEPT) -> QualitySnapshot:
    """The snapshot with at most so many queries at either end, as a walkthrough's step keeps it."""
    queries = snapshot.queries
    if len(queries) <= 2 * most:
        return snapshot
    return replace(snapshot, queries=(*queries[:most], *queries[-most:]))


def _grades_of(qrels: Sequence[Qrel]) -> dict[str, dict[str, int]]:
    """The grades by query, then by document."""
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    return grades


def _first_results(change: FirstResultChange | None) -> FirstResults | None:
    if change is None:
        return None
    return FirstResults(
        queries=change.queries,
        changed=change.changed,
        better=change.better,
        worse=change.worse,
        weighted=change.weighted,
        without=change.without,
    )


def _query(
    change: QueryChange,
    before: Run,
    after: Run,
    grades: Mapping[str, Mapping[str, int]],
    texts: Mapping[str, str],
    weights: Mapping[str, float],
) -> QueryFigure:
    query_id = change.query_id
    firsts = [
        next(iter(run.rankings.get(query_id, NO_RESULTS).ids(1)), "") for run in (before, after)
    ]
    query_grades = grades.get(query_id, {})
    return QueryFigure(
        query_id=query_id,
        text=texts.get(query_id, query_id),
        before=change.before,
        after=change.after,
        first_before=firsts[0],
        first_after=firsts[1],
        grade_before=query_grades.get(firsts[0]),
        grade_after=query_grades.get(firsts[1]),
        weight=weights.get(query_id),
    )


def _pipeline(figures: PipelineFigures, weights: Mapping[str, float]) -> PipelineFigure:
    by_query = figures.evaluation.by_query
    values = {
        measure: {query: of_query[measure] for query, of_query in by_query.items()}
        for measure in figures.evaluation.mean
    }
    return PipelineFigure(
        name=figures.spec.name,
        means=dict(figures.evaluation.mean),
        judged=figures.evaluation.judged_at_k,
        judged_k=figures.evaluation.k,
        seconds=None if figures.spec.attached else figures.mean_seconds,
        reranks=bool(figures.spec.reranker),
        by_searches={name: mean.value for name, mean in weighted_means(values, weights).items()},
    )


def _difference(one: Difference) -> DifferenceFigure:
    return DifferenceFigure(
        name=one.right,
        difference=one.difference,
        low=one.interval[0],
        high=one.interval[1],
        significant=one.significant,
        better=one.better,
        worse=one.worse,
        equal=one.equal,
        sentence=one.sentence,
    )
