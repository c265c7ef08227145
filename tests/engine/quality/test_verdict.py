"""The verdict comes first and follows the difference, its sign and its p value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.quality.significance import compare_values, corrected
from engine.quality.verdict import reranking_verdict


def verdict(values: list[float], seconds: float = 0.7, *, comparisons: int = 1) -> str:
    """The verdict on runs that differ by these values of nDCG@10, query by query."""
    before = {str(n): 0.5 for n in range(len(values))}
    after = {str(n): 0.5 + value for n, value in enumerate(values)}
    one = compare_values(before, after, names=("BM25", "BM25 → model"), measure="nDCG@10")
    return reranking_verdict(corrected([one] * comparisons)[0], seconds)


def test_a_loss_begins_with_no_and_says_on_how_many_queries() -> None:
    assert verdict([-0.3] * 14 + [0.1] * 6) == (
        "No: the reranker makes this corpus worse on 14 of 20 queries, better on 6, and it "
        "adds 700 ms a query."
    )


def test_a_gain_beyond_chance_begins_with_yes() -> None:
    assert verdict([0.2] * 18 + [0.0, -0.1], 1.2) == (
        "Yes: the reranker makes this corpus better on 18 of 20 queries, worse on 1, and it adds "
        "1.2 s a query."
    )


def test_a_gain_within_chance_is_not_shown() -> None:
    assert verdict([0.2, 0.1, -0.1]) == (
        "Not shown: the reranker is better on 2 of 3 queries, worse on 1; +0.067 nDCG@10 may be "
        "chance (p = 0.75), and it adds 700 ms a query."
    )


def test_a_loss_within_chance_is_not_shown_either() -> None:
    assert verdict([-0.2, -0.1, 0.1]) == (
        "Not shown: the reranker is worse on 2 of 3 queries, better on 1; \N{MINUS SIGN}0.067 "
        "nDCG@10 may be chance (p = 0.75), and it adds 700 ms a query."
    )
    assert verdict([-0.2]).startswith("Not shown: the reranker is worse on 1 of 1 query; ")


def test_the_correction_for_other_comparisons_decides() -> None:
    gains = [0.2] * 6
    assert verdict(gains).startswith("Yes: ")
    assert verdict(gains, comparisons=12).startswith("Not shown: ")
    losses = [-0.2] * 6
    assert verdict(losses).startswith("No: ")
    assert verdict(losses, comparisons=12).startswith("Not shown: ")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            [0.0],
            "No difference: the reranker changes nothing on 1 query, and it adds 700 ms a query.",
        ),
        (
            [0.2, -0.2],
            "No difference: the reranker is better on 1 of 2 queries and worse on 1, which "
            "balances, and it adds 700 ms a query.",
        ),
        (
            [0.1, 0.2, -0.3],  # their sum is 5.6e-17 in floating point
            "No difference: the reranker is better on 2 of 3 queries and worse on 1, which "
            "balances, and it adds 700 ms a query.",
        ),
    ],
)
def test_an_equal_mean_is_no_difference(values: list[float], words: str) -> None:
    assert verdict(values) == words


@pytest.mark.parametrize("sign", [1, -1])
def test_yes_and_no_are_said_up_to_a_corrected_p_of_one_in_twenty(sign: int) -> None:
    one = compare_values({"1": 0.5}, {"1": 0.5 + 0.2 * sign}, names=("a", "b"), measure="nDCG@10")
    shown = reranking_verdict(replace(one, p_value=0.001, p_adjusted=0.05), 0.1)
    assert shown.startswith("Yes: " if sign > 0 else "No: ")
    unshown = reranking_verdict(replace(one, p_value=0.001, p_adjusted=0.0501), 0.1)
    assert unshown.startswith("Not shown: ")


def test_time_saved_is_said_as_saved() -> None:
    assert verdict([0.2] * 8, -0.05).endswith("and it saves 50 ms a query.")
