"""The verdict comes first and follows the difference, its sign and its p value."""

from __future__ import annotations

import pytest

from search.significance import compare_values, corrected
from search.verdict import reranking_verdict


def verdict(values: list[float], seconds: float = 0.7, *, comparisons: int = 1) -> str:
    """The verdict on runs that differ by these values of nDCG@10, query by query."""
    before = {str(n): 0.5 for n in range(len(values))}
    after = {str(n): 0.5 + value for n, value in enumerate(values)}
    one = compare_values(before, after, names=("BM25", "BM25 → model"), measure="nDCG@10")
    return reranking_verdict(corrected([one] * comparisons)[0], seconds)


def test_a_loss_begins_with_no_and_says_on_how_many_queries() -> None:
    assert verdict([-0.3] * 14 + [0.1] * 6) == (
        "No: the reranker makes this corpus worse on 14 of 20 queries, better on 6, and adds "
        "0.7 s a query."
    ).replace("0.7 s", "700 ms")


def test_a_gain_beyond_chance_begins_with_yes() -> None:
    assert verdict([0.2] * 18 + [0.0, -0.1], 1.2) == (
        "Yes: the reranker makes this corpus better on 18 of 20 queries, worse on 1, and adds "
        "1.2 s a query."
    )


def test_a_gain_within_chance_is_not_shown() -> None:
    assert verdict([0.2, 0.1, -0.1]).startswith(
        "Not shown: the reranker is better on 2 of 3 queries, worse on 1, which may be chance"
    )


def test_the_correction_for_other_comparisons_decides() -> None:
    gains = [0.2] * 6
    assert verdict(gains).startswith("Yes: ")
    assert verdict(gains, comparisons=12).startswith("Not shown: ")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.0], "No: the reranker changes nothing on 1 query, and adds 700 ms a query."),
        ([-0.2], "No: the reranker makes this corpus worse on 1 of 1 query, which may be chance"),
        ([0.2, -0.2], "No: the reranker makes this corpus worse on 1 of 2 queries, better on 1, "),
    ],
)
def test_no_gain_is_a_no(values: list[float], words: str) -> None:
    assert verdict(values).startswith(words)


def test_time_saved_is_said_as_saved() -> None:
    assert verdict([0.2] * 8, -0.05).endswith("and saves 50 ms a query.")
