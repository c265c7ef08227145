"""Every mean of runs' rows, and of their differences, by searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.quality.evaluation import judged_shares
from engine.quality.weights.weighted_mean import WeightedMean, weighted_means
from engine.types import Evaluation, Qrel, Run
from engine.types.registries.measures import JUDGED, JUDGED_K

ValuesByName = Mapping[str, Mapping[str, float]]  # values by query, by what they are of
MeansByRun = Mapping[str, Mapping[str, WeightedMean]]  # by run and by what it is the mean of


def values_of(
    evaluation: Evaluation, run: Run, qrels: Sequence[Qrel]
) -> dict[str, dict[str, float]]:
    """By measure, and for judged@k, the values of the evaluation's queries."""
    values = {
        measure: {q: of_query[measure] for q, of_query in evaluation.by_query.items()}
        for measure in evaluation.mean
    }
    values[JUDGED] = judged_shares(run, qrels, JUDGED_K, evaluation.by_query)
    return values


def means_by_run(
    values_by_run: Mapping[str, ValuesByName], weights: Mapping[str, float]
) -> dict[str, dict[str, WeightedMean]]:
    """The means by searches; empty where no query has a weight above 0."""
    values = {(run, name): of_run[name] for run, of_run in values_by_run.items() for name in of_run}
    means: dict[str, dict[str, WeightedMean]] = {}
    for (run, name), mean in weighted_means(values, weights).items():
        means.setdefault(run, {})[name] = mean
    return means


def mean_differences(
    baseline: Evaluation,
    others: Mapping[str, Evaluation],
    measure: str,
    weights: Mapping[str, float],
) -> dict[str, WeightedMean]:
    """By name the mean difference from the baseline, by searches."""
    base = baseline.by_query
    values = {
        name: {
            query_id: of_query[measure] - base[query_id][measure]
            for query_id, of_query in other.by_query.items()
            if query_id in base
        }
        for name, other in others.items()
    }
    return weighted_means(values, weights)
