"""Quality, two runs: any two saved pipelines or run files of another system, side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st

from components.common import stage
from components.common.messages import empty, error, notice, plain
from components.quality.two_runs import RunMeasures, agreement_figures, measures_of_runs
from engine.quality.evaluation import evaluate
from engine.quality.runs.run_comparison import run_agreement
from engine.quality.runs.run_notes import irrelevant_note, missing_notes, tie_notes, unknown_notes
from engine.quality.significance import compare_values
from engine.quality.weights.first_result import first_result_change
from engine.quality.weights.run_means import mean_differences, means_by_run, values_of
from engine.types import CrossExamError, Qrel
from engine.types.registries.measures import PRIMARY
from pages.quality.context import QualityContext
from pages.quality.results.weighted import by_searches, weighted_rows
from pages.quality.runs.differing_queries import differing_queries
from pages.quality.runs.run_side import Side, chosen_side, shared_queries, warn_of_foreign
from state import url_state
from state.quality.figures import by_query
from state.quality.judging import qrels_of
from state.quality.weights import weights


def two_runs(context: QualityContext) -> None:
    """Choose both sides, then figures, agreement and the queries that differ."""
    st.markdown(
        "Any two pipelines of the saved runs, or run files of another system in TREC's format "
        "(`query Q0 document rank score name`), with this corpus' query and document ids."
    )
    left, right = st.columns(2, gap="large")
    with left:
        side_a = chosen_side(context, "A", 0)
    with right:
        side_b = chosen_side(context, "B", 1)
    if side_a is None or side_b is None:
        empty("Two runs", "Choose or upload a run on each side.")
        return
    try:
        _compared(context, side_a, side_b)
    except CrossExamError as problem:
        error(url_state.error_message(problem))


def _compared(context: QualityContext, side_a: Side, side_b: Side) -> None:
    qrels = qrels_of(context.loaded, context.counting_rule)
    sides = {"A": side_a, "B": side_b}
    for name, side in sides.items():
        warn_of_foreign(context, name, side, qrels)
    shared_query_ids = side_a.run.rankings.keys() & side_b.run.rankings.keys()
    if not shared_query_ids:
        raise CrossExamError("the two runs share no query: compare runs of one query set")
    agreement = run_agreement(side_a.run, side_b.run)
    agreement_figures(
        tau=agreement.tau,
        tau_queries=agreement.tau_queries,
        rbo=agreement.rbo,
        overlap=agreement.overlap,
        queries=agreement.queries,
    )
    queries = shared_queries(side_a, side_b)
    relevant = {q.query_id for q in qrels if q.relevance > 0}
    if not (
        relevant & shared_query_ids if queries is None else relevant & shared_query_ids & queries
    ):
        notice("None of these queries has a relevant judgment: only agreement can be told.")
        return
    _measured(context, sides, qrels, queries)


def _measured(
    context: QualityContext,
    sides: Mapping[str, Side],
    qrels: tuple[Qrel, ...],
    queries: Collection[str] | None,
) -> None:
    """Measures of both, their difference, and the queries."""
    before, after = (side.run for side in sides.values())
    old, new = (
        evaluate(run, qrels, depth=context.recall_at, query_ids=queries) for run in (before, after)
    )
    notes = irrelevant_note(old)
    for (name, side), evaluation in zip(sides.items(), (old, new), strict=True):
        notes += missing_notes(evaluation, name) + unknown_notes(evaluation, name)
        notes += tie_notes(side.run, name) if side.queries is None else []
    if notes:
        notice(" ".join(notes))
    with stage.picture():
        measures_of_runs(
            [
                RunMeasures(
                    f"{name} · {side.run.name}",
                    evaluation.mean,
                    evaluation.judged_at_k,
                    max((len(each.hits) for each in side.run.rankings.values()), default=0),
                )
                for (name, side), evaluation in zip(sides.items(), (old, new), strict=True)
            ],
            key="quality_two_measures",
        )
    means = means_by_run(
        {
            f"{name} · {side.run.name}": values_of(evaluation, side.run, qrels)
            for (name, side), evaluation in zip(sides.items(), (old, new), strict=True)
        },
        weights(context.loaded),
    )
    if means:
        weighted_rows(means, key="quality_two_weighted")
    difference = compare_values(
        by_query(old, PRIMARY.name),
        by_query(new, PRIMARY.name),
        names=("A", "B"),
        measure=PRIMARY.name,
    )
    weighted = mean_differences(old, {"B": new}, PRIMARY.name, weights(context.loaded))
    with stage.picture("difference"):
        sentence = f"{difference.sentence}.{by_searches(weighted, 'B')}"
        st.markdown(f"### B against A: {plain(sentence)}")
    first = first_result_change(before, after, qrels, weights(context.loaded))
    if first is not None:
        st.markdown(plain(f"B {first.sentence} ({first.basis})."))
    differing_queries(context, before, after, (old, new), qrels)
