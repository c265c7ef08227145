"""The rule that integrates explanations, held to scipy and to integrals known by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.integrate import quad

from models.attribution.path_integral import Crowding, clenshaw_curtis, integrated


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 8, 31, 32, 64])
def test_the_rule_integrates_polynomials_of_its_degree_exactly(steps: int) -> None:
    shares, weights = clenshaw_curtis(steps)
    assert len(shares) == steps + 1
    for power in range(min(steps, 12) + 1):
        assert weights @ np.array(shares) ** power == pytest.approx(1 / (power + 1), abs=1e-12)


@pytest.mark.parametrize("steps", [1, 2, 4, 16, 128])
def test_the_points_of_a_rule_are_among_those_of_twice_the_steps(steps: int) -> None:
    assert set(clenshaw_curtis(steps)[0]) <= set(clenshaw_curtis(2 * steps)[0])


def bump(share: float, width: float = 0.02) -> float:
    """A slope that a coarse rule steps over."""
    return 1.0 / (1.0 + ((share - 0.37) / width) ** 2)


def test_steps_double_until_each_word_is_stable_though_the_sum_long_is() -> None:
    asked: list[float] = []

    def products(shares: Sequence[float]) -> object:
        asked.extend(shares)
        return np.array([[bump(share), 1.0 - bump(share)] for share in shares])  # the sum is 1

    found = integrated(products, [(0,), (1,)], steps=4, most_steps=1024, tolerance=1e-4)
    assert found.tokens[0] == pytest.approx(quad(bump, 0, 1, points=[0.37])[0], abs=1e-4)
    assert found.tokens.sum() == pytest.approx(1.0)
    assert found.steps > 32
    assert found.word_change <= 1e-4
    assert len(asked) == len(set(asked)) == found.steps + 1  # no pass runs twice


def test_pieces_of_one_word_may_move_against_each_other() -> None:
    def products(shares: Sequence[float]) -> object:
        return np.array([[bump(share), 1.0 - bump(share)] for share in shares])

    found = integrated(products, [(0, 1)], steps=4, most_steps=1024, tolerance=1e-4)
    assert found.steps == 4


def test_the_cap_ends_it_and_says_how_far_a_word_still_moved() -> None:
    def products(shares: Sequence[float]) -> object:
        return np.array([[bump(share, 0.001)] for share in shares])

    found = integrated(products, [(0,)], steps=8, most_steps=16, tolerance=1e-9)
    coarse = integrated(products, [(0,)], steps=8, most_steps=8, tolerance=1.0)
    assert found.steps == 16
    assert found.word_change == pytest.approx(abs(found.tokens[0] - coarse.tokens[0]))
    assert found.word_change > 0


def test_a_sum_that_misses_the_gap_takes_more_steps_though_words_are_stable() -> None:
    def products(shares: Sequence[float]) -> object:
        return np.ones((len(shares), 1))

    found = integrated(
        products, [(0,)], steps=4, most_steps=64, tolerance=1.0, is_complete=lambda _: False
    )
    assert found.steps == 64


@pytest.mark.parametrize("steps", [32, 48])
def test_crowded_points_give_the_same_integrals(steps: int) -> None:
    crowding = Crowding(0.4, 0.06)
    places, weights = clenshaw_curtis(steps)
    shares, stretch = crowding.at(np.array(places))
    assert shares[[0, -1]] == pytest.approx([0.0, 1.0], abs=1e-12)
    assert (np.diff(shares) > 0).all()
    for power in range(6):
        assert weights @ (shares**power * stretch) == pytest.approx(1 / (power + 1), abs=1e-6)
    near, evenly = (int((np.abs(x - 0.4) < 0.05).sum()) for x in (shares, np.array(places)))
    assert near >= 2.5 * evenly


def test_where_points_crowd_a_steep_slope_takes_fewer_and_no_pass_is_made_twice() -> None:
    asked: list[float] = []

    def products(shares: Sequence[float]) -> object:
        asked.extend(shares)
        return np.array([[bump(share), 1.0 - bump(share)] for share in shares])

    places: list[Sequence[int]] = [(0,), (1,)]
    plain = integrated(products, places, steps=8, most_steps=1024, tolerance=1e-4)
    asked.clear()
    crowded = integrated(
        products,
        places,
        steps=8,
        most_steps=1024,
        tolerance=1e-4,
        crowding=Crowding(0.4, 0.06),
    )
    assert crowded.tokens[0] == pytest.approx(quad(bump, 0, 1, points=[0.37])[0], abs=1e-4)
    assert crowded.steps < plain.steps
    assert len(asked) == len(set(asked)) == crowded.steps + 1
