"""Means by searches and the first-result sentence against plain loops."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest

from engine.quality.evaluation import by_tag
from engine.quality.fusion_tuning import Curve, cross_validated
from engine.quality.weights.first_result import FirstResultChange, first_result_change, percent
from engine.quality.weights.weighted_mean import share_of_searches, weighted_mean, weights_of
from engine.types import Evaluation, Hit, Qrel, Query, Ranking, Run


def data(seed: int, number: int) -> tuple[dict[str, float], dict[str, float]]:
    draw = random.Random(seed)
    values = {f"q{i}": draw.random() for i in range(number)}
    weights = {q: float(draw.choice([0, 1, 10, 300])) for q in values if draw.random() < 0.9}
    return values, weights


@pytest.mark.parametrize(("seed", "number"), [(1, 40), (2, 200), (3, 8)])
def test_the_weighted_mean_is_that_of_every_search_written_out(seed: int, number: int) -> None:
    values, weights = data(seed, number)
    searches = [values[query] for query in weights for _ in range(int(weights[query]))]
    mean = weighted_mean(values, weights)
    assert mean is not None
    assert mean.value == pytest.approx(np.mean(searches))
    assert (mean.queries, mean.without) == (len(weights), len(values) - len(weights))


def plain_interval(
    values: dict[str, float], weights: dict[str, float], resamples: int
) -> Sequence[float]:
    """The bootstrap by the letter, one query after another."""
    draw, means = random.Random(5), []
    queries = sorted(weights)
    for _ in range(resamples):
        drawn = draw.choices(queries, k=len(queries))
        total = sum(weights[query] for query in drawn)
        if total:
            means.append(sum(weights[query] * values[query] for query in drawn) / total)
    means.sort()
    return means[round(0.025 * len(means))], means[round(0.975 * len(means)) - 1]


def test_the_interval_is_that_of_an_independent_bootstrap() -> None:
    values, weights = data(4, 60)
    mean = weighted_mean(values, weights)
    assert mean is not None
    assert mean.interval == pytest.approx(plain_interval(values, weights, 3000), abs=0.02)


def test_equal_weights_change_nothing_and_none_give_no_mean() -> None:
    values = {"a": 0.2, "b": 0.6}
    equal = weighted_mean(values, {"a": 7, "b": 7})
    assert equal is not None
    assert equal.value == pytest.approx(0.4)
    assert weighted_mean(values, {}) is None
    assert weighted_mean(values, {"a": 0.0}) is None
    assert weights_of([Query("a", "x", weight=0.0), Query("b", "y")]) == {"a": 0.0}


def test_shares_of_searches_and_means_by_tag_are_those_of_every_search_written_out() -> None:
    values, weights = data(6, 50)
    failing = sorted(values)[::3]
    written = [query in failing for query in weights for _ in range(int(weights[query]))]
    assert share_of_searches(failing, values, weights) == pytest.approx(np.mean(written))
    assert share_of_searches(failing, values, {}) is None
    queries = [
        Query(q, q, tags=("odd",) if int(q[1:]) % 2 else ("even", "all"), weight=weights.get(q))
        for q in values
    ]
    by_query = {query: {"nDCG@10": value} for query, value in values.items()}
    evaluation = Evaluation("run", {"nDCG@10": 0.0}, by_query, 1.0)
    rows = by_tag(evaluation, queries, "nDCG@10")
    odd = [q for q in weights if int(q[1:]) % 2]
    average = np.average([values[q] for q in odd], weights=[weights[q] for q in odd])
    assert rows["odd"]["by_searches"] == pytest.approx(average, abs=1e-6)
    assert rows["all"] == rows["even"]
    assert "by_searches" not in by_tag(evaluation, [Query("q1", "q1", ("odd",))], "nDCG@10")["odd"]


def test_a_fusions_curve_and_its_cross_validation_by_searches() -> None:
    draw = np.random.default_rng(3)
    ids = tuple(f"q{number}" for number in range(20))
    curve = Curve((0.0, 0.5, 1.0), ids, tuple(map(tuple, draw.random((3, 20)))))
    weights = {query: float(number) for number, query in enumerate(ids) if number != 4}
    without = [number for number in range(20) if number != 4]
    expected = [np.average(np.array(row)[without], weights=without) for row in curve.by_query]
    assert [mean.value for mean in curve.weighted(weights)] == pytest.approx(expected)
    assert curve.weighted({}) == ()
    validation = cross_validated(curve, folds=5)
    assert set(validation.by_query) == set(ids)
    assert np.mean(list(validation.by_query.values())) == pytest.approx(validation.value)


def run(**ids: str) -> Run:
    return Run(
        "run",
        {
            query: Ranking("bm25", "", tuple(Hit(d, 9.0 - i, i + 1) for i, d in enumerate(docs)))
            for query, docs in ids.items()
        },
    )


BEFORE = run(q1="ab", q2="ab", q3="ab", q4="ab", q5="", q6="ab")
AFTER = run(q1="ab", q2="ba", q3="ba", q4="bc", q5="a", q6="ba")
QRELS = [
    Qrel("q1", "a", 1), Qrel("q2", "b", 2), Qrel("q3", "a", 1), Qrel("q3", "b", 0),
    Qrel("q4", "z", 1), Qrel("q5", "a", 1),
]  # fmt: skip


def test_the_first_results_are_counted_by_query_and_by_search() -> None:
    once = first_result_change(BEFORE, AFTER, QRELS)
    assert once == FirstResultChange(4 / 5, 2 / 5, 1 / 5, 5, weighted=False)
    assert once.sentence == (
        "changes the first result of 80% of queries, better for 40%, worse for 20%"
    )
    assert once.basis == "5 judged queries, each counted once"
    searches = {"q1": 70.0, "q2": 20.0, "q3": 9.0, "q4": 1.0, "q6": 1000.0}
    weighted = first_result_change(BEFORE, AFTER, QRELS, searches)
    assert weighted == FirstResultChange(0.30, 0.20, 0.09, 4, weighted=True, without=1)
    assert weighted.sentence == (
        "changes the first result of 30% of searches, better for 20%, worse for 9%"
    )
    assert weighted.basis == (
        "4 judged queries, each as often as it is searched; 1 without a number are left out"
    )


def test_without_judgments_nothing_is_called_better() -> None:
    change = first_result_change(BEFORE, AFTER)
    assert change == FirstResultChange(5 / 6, None, None, 6, weighted=False)
    assert change.sentence == "changes the first result of 83% of queries"
    assert change.basis == "6 queries, each counted once"
    same = first_result_change(BEFORE, BEFORE, QRELS)
    assert same is not None
    assert same.sentence == "changes the first result of 0% of queries"
    assert first_result_change(BEFORE, run(x="a")) is None


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (0.004, "under 1%"), (0.12, "12%"), (0.996, "over 99%"), (1, "100%")],
)
def test_no_share_is_rounded_to_none_or_all(share: float, words: str) -> None:
    assert percent(share) == words
