"""Recall by depth, held against ir_measures, and a day's costs, worked out by hand."""

from __future__ import annotations

import random

import ir_measures
import pytest

from engine.learn.day_costs import PassTimes, day_costs
from engine.learn.recall import recall, recall_curve

POINTS = (1, 3, 10, 30)


def test_the_curve_is_the_mean_that_ir_measures_gives() -> None:
    chance = random.Random(7)
    ids = [f"d{number}" for number in range(40)]
    lists = {f"q{n}": chance.sample(ids, chance.randint(1, 30)) for n in range(8)}
    grades = {
        f"q{n}": {i: chance.choice((0, 0, 1, 3)) for i in chance.sample(ids, 9)} for n in range(9)
    }
    grades["nobody"] = {"d1": 0}
    curve = recall_curve(lists, grades, POINTS)
    qrels = [ir_measures.Qrel(q, d, g) for q, own in grades.items() for d, g in own.items()]
    run = [
        ir_measures.ScoredDoc(q, d, -float(place))
        for q, listed in lists.items()
        for place, d in enumerate(listed)
    ]
    judged = [q for q, own in grades.items() if any(own.values())]
    for k in POINTS:
        measure = ir_measures.parse_measure(f"R@{k}")
        each = {m.query_id: m.value for m in ir_measures.iter_calc([measure], qrels, run)}
        expected = sum(each.get(q, 0.0) for q in judged) / len(judged)
        assert curve[k] == pytest.approx(expected)
    assert len(judged) < len(grades)
    assert list(curve.values()) == sorted(curve.values())


def test_a_share_of_nothing_is_refused() -> None:
    assert recall(["a", "b"], {"a": 2, "c": 1, "d": 0}, 2) == 0.5
    with pytest.raises(ValueError, match="no document is relevant"):
        recall(["a"], {"a": 0}, 1)
    with pytest.raises(ValueError, match="no query has a relevant document"):
        recall_curve({"q": ["a"]}, {"q": {"a": 0}}, (1,))


def test_a_days_costs_are_passes_times_seconds() -> None:
    times = PassTimes(pair=0.02, query=0.005, document=0.01)
    costs = day_costs(times, documents=1_000_000, queries=10, depth=50, watts=36.0)
    assert costs["passes"] == {
        "read_all": 10_000_000,
        "two_stages": 510,
        "vectors": 10,
        "embed_once": 1_000_000,
    }
    assert costs["steps"] == {"read_all": 0, "two_stages": 200, "vectors": 200, "embed_once": 0}
    assert costs["seconds"] == pytest.approx(
        {"read_all": 200_000, "two_stages": 10.05, "vectors": 0.05, "embed_once": 10_000}
    )
    assert costs["watt_hours"]["read_all"] == pytest.approx(2000)  # 36 W for 200,000 s


def test_no_more_is_read_than_there_is() -> None:
    times = PassTimes(pair=1.0, query=0.0, document=0.0)
    costs = day_costs(times, documents=8, queries=1, depth=50, watts=1.0)
    assert (costs["passes"]["two_stages"], costs["steps"]["vectors"]) == (9, 3)
    assert costs["seconds"]["two_stages"] == 8.0
