"""Spearman's correlation, held against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from engine.explain.correlation import in_words, spearman


def test_equals_scipy_with_and_without_ties() -> None:
    random = np.random.default_rng(3)
    for _ in range(50):
        left = random.integers(0, 6, 12).astype(float).tolist()
        right = random.normal(size=12).tolist()
        assert spearman(left, right) == pytest.approx(spearmanr(left, right).statistic)


def test_is_one_for_the_same_order_and_minus_one_for_the_reverse() -> None:
    assert spearman([1, 5, 9], [2, 3, 400]) == pytest.approx(1.0)
    assert spearman([1, 5, 9], [3, 2, 1]) == pytest.approx(-1.0)


def test_two_words_or_a_flat_side_cannot_be_compared() -> None:
    assert spearman([1, 2], [2, 1]) is None
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_different_numbers_of_words_are_refused() -> None:
    with pytest.raises(ValueError, match="3 values against 2"):
        spearman([1, 2, 3], [1, 2])


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.9, "largely"), (0.5, "in part"), (0.2, "hardly"), (0.0, "nothing"), (-0.5, "contradict")],
)
def test_the_number_is_said_in_words(value: float, words: str) -> None:
    assert words in in_words(value)


def test_a_missing_number_is_said_too() -> None:
    assert "cannot be compared" in in_words(None)
