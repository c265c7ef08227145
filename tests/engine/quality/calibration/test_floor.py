"""The floor on pairs whose right floor is known, and what a corpus says that cannot give one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.quality.calibration.floor import FEWEST_ABOVE, floor_of, lowest_threshold
from engine.quality.calibration.intervals import share_interval, wilson
from engine.types.calibration.scores import JudgedScore
from tests.engine.quality.calibration.drawn import drawn_pairs


def ladder(queries: int = 20) -> list[JudgedScore]:
    """In each query the logits 0 … 9; from 6 on all are relevant, and one of two from 4 on."""
    return [
        JudgedScore(f"q{q}", f"d{s}", float(s), s >= 6 or (s in (4, 5) and q % 2 == 0))
        for q in range(queries)
        for s in range(10)
    ]


def test_the_floor_is_the_lowest_logit_that_keeps_the_precision() -> None:
    # at or above 4: 5 of 6 a query are relevant, at or above 3: 5 of 7
    result = floor_of(ladder(), 0.8)
    assert result.floor is not None
    assert result.floor.score == 4.0
    assert (result.floor.relevant, result.floor.pairs) == (100, 120)
    assert result.floor.held_out == pytest.approx(5 / 6, abs=0.05)
    assert result.floor.probability == pytest.approx(0.5)
    low, high = result.floor.interval
    assert low < 5 / 6 < high


def test_a_higher_precision_never_has_a_lower_floor() -> None:
    pairs = drawn_pairs()
    scores = [floor_of(pairs, p).floor for p in (0.6, 0.7, 0.8, 0.9)]
    values = [floor.score for floor in scores if floor is not None]
    assert len(values) == 4
    assert values == sorted(values)


@pytest.mark.parametrize("precision", [0.6, 0.8, 0.9])
def test_the_lowest_threshold_is_that_of_a_plain_search(precision: float) -> None:
    pairs = drawn_pairs(decimals=1)
    kept = []
    for score in sorted({pair.score for pair in pairs}):
        above = [pair.relevant for pair in pairs if pair.score >= score]
        if len(above) >= FEWEST_ABOVE and sum(above) / len(above) >= precision:
            kept.append(score)
    assert lowest_threshold(pairs, precision) == min(kept)


def test_what_was_held_out_is_measured_with_a_floor_of_other_queries() -> None:
    result = floor_of(drawn_pairs(seed=8), 0.8)
    assert result.floor is not None
    assert result.floor.held_out_pairs > FEWEST_ABOVE
    low, high = result.floor.held_out_interval
    assert low <= result.floor.held_out <= high
    assert result.floor.held_out == pytest.approx(0.8, abs=0.06)


def test_a_precision_that_no_logit_keeps_is_said_with_the_best_there_is() -> None:
    draw = np.random.default_rng(1)
    noise = [
        JudgedScore(f"q{i}", f"d{k}", float(draw.normal()), bool(draw.random() < 0.3))
        for i in range(20)
        for k in range(10)
    ]
    result = floor_of(noise, 0.99)
    assert result.floor is None
    assert "no logit keeps a precision of 99% over 20 pairs or more" in result.why
    assert result.reachable is not None
    assert lowest_threshold(noise, result.reachable) is not None
    assert lowest_threshold(noise, result.reachable + 1e-9) is None


def test_a_floor_that_holds_on_its_own_queries_alone_is_not_given() -> None:
    # one query alone has logits above 5, and half of those of all others are wrong below
    lucky = [JudgedScore("lucky", f"d{k}", 6.0 + k / 100, True) for k in range(25)]
    others = [
        JudgedScore(f"q{i}", f"d{k}", float(k % 5), (i + k) % 3 == 0)
        for i in range(20)
        for k in range(10)
    ]
    result = floor_of([*lucky, *others], 0.95)
    assert result.floor is None
    assert "keeps it on these queries alone" in result.why


def test_pairs_of_which_most_are_relevant_have_no_floor() -> None:
    pairs = [JudgedScore(f"q{i}", f"d{k}", float(k), k != 3) for i in range(20) for k in range(10)]
    result = floor_of(pairs, 0.8)
    assert result.floor is None
    assert "90% of all judged pairs are relevant already" in result.why


def test_too_few_pairs_have_no_floor() -> None:
    result = floor_of(drawn_pairs(5, 4), 0.8)
    assert result.floor is None
    assert "too few" in result.why


def test_an_interval_is_wider_where_the_pairs_of_a_query_are_alike() -> None:
    alike = {f"q{i}": (10, 10) if i < 8 else (0, 10) for i in range(10)}
    low, high = share_interval(alike)
    plain_low, plain_high = wilson(80, 100)
    assert low < plain_low < 0.8 < plain_high < high
    apart = {f"q{i}": (8, 10) for i in range(10)}
    assert share_interval(apart) == pytest.approx(wilson(80, 100))
    assert share_interval({"q": (0, 0)}) == (0.0, 1.0)
