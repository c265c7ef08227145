"""The gradients between a baseline and an input, integrated until every word's value is stable.

Clenshaw & Curtis 1960: its points at n steps are among those at 2n, so that doubling the steps
to see whether the values stand still costs no pass twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.types import Floats

Products = Callable[[Sequence[float]], Any]  # shares of the way -> (shares, tokens)


@dataclass(frozen=True, slots=True)
class PathIntegral:
    """A token's value each, the steps taken, and how far a word moved as they last doubled."""

    tokens: Floats
    steps: int
    word_change: float


def integrated(
    products: Products,
    words: Sequence[Sequence[int]],
    *,
    steps: int,
    most_steps: int,
    tolerance: float,
    is_complete: Callable[[Floats], bool] = lambda _: True,
) -> PathIntegral:
    """The integral over the way from 0 to 1 of each token's gradient times its difference.

    `products(shares)` gives a row of tokens for each share of the way; `words` are the places
    of each word's tokens. Steps double, from half of `steps`, until no word's value changes by
    more than `tolerance` and the sum `is_complete`, or `most_steps` are taken.
    """
    computed: dict[float, Any] = {}

    def at(n: int) -> Floats:
        shares, weights = clenshaw_curtis(n)
        fresh = [share for share in shares if share not in computed]
        computed.update(zip(fresh, products(fresh), strict=True))
        total: Floats = weights @ np.array([computed[share] for share in shares], dtype=np.float64)
        return total

    def by_word(tokens: Floats) -> Floats:
        return np.array([tokens[list(places)].sum() for places in words])

    steps = max(2, steps)
    before = at(max(1, steps // 2))
    while True:
        now = at(steps)
        change = float(np.abs(by_word(now) - by_word(before)).max(initial=0.0))
        if (change <= tolerance and is_complete(now)) or steps * 2 > most_steps:
            return PathIntegral(now, steps, change)
        before, steps = now, steps * 2


def clenshaw_curtis(steps: int) -> tuple[tuple[float, ...], Any]:
    """(shares of the way, their weights) of the rule with `steps` + 1 points on 0 to 1.

    The same share is the same float at every number of steps that has it.
    """
    if steps == 1:
        return (0.0, 1.0), np.array([0.5, 0.5])
    angles = np.pi * np.arange(steps + 1) / steps
    shares = tuple(round(float(share), 15) for share in (1 - np.cos(angles)) / 2)
    weights = np.ones(steps + 1)
    for j in range(1, steps // 2 + 1):
        once = 1.0 if 2 * j == steps else 2.0
        weights -= once / (4 * j * j - 1) * np.cos(2 * j * angles)
    weights[[0, -1]] /= 2
    return shares, weights / steps
