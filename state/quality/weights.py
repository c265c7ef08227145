"""The figures of a run in which a query counts as often as it is searched, computed once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engine.quality.weights.first_result import FirstResultChange, first_result_change
from engine.quality.weights.run_means import (
    MeansByRun,
    mean_differences,
    means_by_run,
    values_of,
)
from engine.quality.weights.weighted_mean import WeightedMean, weights_of
from engine.types.registries.measures import RECALL
from state.app_resources import LoadedCorpus
from state.quality.figures import ANY_RECALL, Version, figures, runs, version
from state.quality.judging import CountingRule, qrels_of
from state.quality.runs import OpenedRun

CEILING, SECONDS = "Recall ceiling", "Time per query"


def weights(loaded: LoadedCorpus) -> dict[str, float]:
    """How often each query of the corpus is searched; empty where nobody said."""
    return weights_of(loaded.corpus.queries)


def first_results(
    loaded: LoadedCorpus, run: OpenedRun, counting_rule: CountingRule, before: str, after: str
) -> FirstResultChange | None:
    """What becomes of the first results from one pipeline of the run to another."""
    run_by_pipeline = runs(run)
    return first_result_change(
        run_by_pipeline[before],
        run_by_pipeline[after],
        qrels_of(loaded, counting_rule),
        weights(loaded),
    )


def weighted_differences(
    loaded: LoadedCorpus,
    run: OpenedRun,
    counting_rule: CountingRule,
    baseline: str,
    others: Sequence[str],
    measure: str,
) -> dict[str, WeightedMean]:
    """By pipeline its mean difference from the baseline, by searches; empty without weights."""
    evaluations = {
        pipeline.spec.name: pipeline.evaluation
        for pipeline in figures(loaded, run, counting_rule, ANY_RECALL)
    }
    compared = {name: evaluations[name] for name in others if name != baseline}
    return mean_differences(evaluations[baseline], compared, measure, weights(loaded))


def weighted_figures(
    loaded: LoadedCorpus, run: OpenedRun, counting_rule: CountingRule, recall_at: int
) -> MeansByRun:
    """Every mean of every pipeline's row, by searches; empty where no query has a weight."""
    judgments_version = version(loaded, counting_rule)
    weight_by_query = tuple(weights(loaded).items())
    return _weighted_figures(
        run.run_id,
        run.saved.saved_at,
        judgments_version,
        recall_at,
        weight_by_query,
        loaded,
        run,
        counting_rule,
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def _weighted_figures(
    run_id: str,
    saved_at: float,
    judgments_version: Version,
    recall_at: int,
    weight_by_query: tuple[tuple[str, float], ...],
    _loaded: LoadedCorpus,
    _run: OpenedRun,
    _counting_rule: CountingRule,
) -> MeansByRun:
    del run_id, saved_at, judgments_version
    if not weight_by_query:
        return {}
    run_by_pipeline, qrels = runs(_run), qrels_of(_loaded, _counting_rule)
    values = {}
    for pipeline in figures(_loaded, _run, _counting_rule, recall_at):
        run = run_by_pipeline[pipeline.spec.name]
        values[pipeline.spec.name] = {
            **values_of(pipeline.evaluation, run, qrels),
            CEILING: {q: row[RECALL.name] for q, row in pipeline.ceiling.by_query.items()},
        }
        if not pipeline.spec.attached:
            values[pipeline.spec.name][SECONDS] = {
                q: steps[0].seconds for q, steps in run.timings.items()
            }
    return means_by_run(values, dict(weight_by_query))
