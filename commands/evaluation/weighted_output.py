"""What `evaluate` says by searches, where the queries tell how often they are searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.quality.significance import Difference, interval_text
from engine.quality.weights.first_result import FirstResultChange
from engine.quality.weights.run_means import MeansByRun, mean_differences
from engine.quality.weights.weighted_mean import WeightedMean
from engine.types import Evaluation
from engine.types.registries.measures import said, shown_at
from engine.types.wording.numbers import signed


def weighted_values(means: MeansByRun) -> list[dict[str, Any]]:
    """A row a pipeline as plain values; empty where no query has a weight."""
    return [
        {"stage": stage, "means": {name: mean_values(mean) for name, mean in of_run.items()}}
        for stage, of_run in means.items()
    ]


def mean_values(mean: WeightedMean) -> dict[str, Any]:
    """A mean by searches as plain values."""
    return {**asdict(mean), "interval": list(mean.interval)}


def weighted_difference(
    evaluations: Mapping[str, Evaluation], difference: Difference, weights: Mapping[str, float]
) -> dict[str, Any] | None:
    """The same difference by searches as plain values; None without weights."""
    other = {"": evaluations[difference.right]}
    means = mean_differences(evaluations[difference.left], other, difference.measure, weights)
    return mean_values(means[""]) if means else None


def first_result_values(change: FirstResultChange | None) -> dict[str, Any] | None:
    """What becomes of the first results, as plain values; None without a shared query."""
    if change is None:
        return None
    return {**asdict(change), "sentence": change.sentence, "basis": change.basis}


def weighted_lines(rows: list[dict[str, Any]], length: int | None = None) -> list[str]:
    """The means by searches with their 95% intervals, a line a pipeline.

    `length` is where all lists end, where that is known.
    """
    lines = []
    for row in rows:
        cells = [
            f"{name if length is None else shown_at(name, length)} {said(name, mean['value'])} "
            f"({said(name, mean['interval'][0])} to {said(name, mean['interval'][1])})"
            for name, mean in row["means"].items()
        ]
        lines.append(f"{row['stage']} by searches: {', '.join(cells)}")
    if not rows:
        return []
    mean = next(iter(rows[0]["means"].values()))
    without = f"; {mean['without']:,} without a number are left out" if mean["without"] else ""
    queries = f"over {mean['queries']:,} queries, each as often as it is searched{without}"
    return ["", f"Weighted means {queries}, with 95% intervals:", *lines]


def difference_words(row: Mapping[str, Any]) -> list[str]:
    """A comparison's difference by searches, as a line of its own where there is one."""
    mean = row["weighted"]
    if mean is None:
        return []
    low, high = mean["interval"]
    return [f"by searches {signed(mean['value'], 3)}, 95% interval {interval_text((low, high))}"]


def first_words(row: Mapping[str, Any]) -> list[str]:
    """What a comparison does to the first results, as a line of its own."""
    first = row["first_result"]
    return [f"{first['sentence']} ({first['basis']})"] if first is not None else []
