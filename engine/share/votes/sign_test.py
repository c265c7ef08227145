"""The sign test: whether as many preferences on one side could be chance.

Dixon & Mood 1946. It takes votes for independent, so it is for one vote a query alone.
"""

from __future__ import annotations

from math import comb


def sign_test(wins: int, losses: int) -> float:
    """The exact two-sided p value where both sides are equally likely; 1 without any."""
    number = wins + losses
    below = sum(comb(number, k) for k in range(min(wins, losses) + 1))
    p_value: float = 2 * below / 2**number
    return min(1.0, p_value)
