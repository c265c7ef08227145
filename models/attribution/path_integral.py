"""The gradients between a baseline and an input, integrated until every word's value is stable.

Clenshaw & Curtis 1960: its points at n steps are among those at 2n, so that doubling the steps
to see whether the values stand still costs no pass twice. Where the gradients rise steeply at a
place that is known beforehand, points crowd there by a hyperbolic sine (Johnston & Elliott 2005, "A
sinh transformation for evaluating nearly singular boundary element integrals"): the integral is the
same, and stands still after fewer passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.types import Floats


@dataclass(frozen=True, slots=True)
class Crowding:
    """Where on the way from 0 to 1 points crowd, and within about what width."""

    centre: float
    width: float

    def at(self, places: Any) -> tuple[Any, Any]:
        """(shares of the way, the stretch of the way there) for places from 0 to 1."""
        low, high = (np.arcsinh((end - self.centre) / self.width) for end in (0.0, 1.0))
        turned = low + (high - low) * places
        shares = np.clip(self.centre + self.width * np.sinh(turned), 0.0, 1.0)
        return shares, self.width * (high - low) * np.cosh(turned)


Products = Callable[[Sequence[float]], Any]  # shares of the way -> (shares, tokens)


@dataclass(frozen=True, slots=True)
class PathIntegral:
    """A token's value each, the steps taken, and how far a word moved as they last doubled."""

    tokens: Floats
    steps: int
    word_change: float


def integrated(
    products: Products,
    word_places: Sequence[Sequence[int]],
    *,
    steps: int,
    most_steps: int,
    tolerance: float,
    is_complete: Callable[[Floats], bool] = lambda _: True,
    crowding: Crowding | None = None,
) -> PathIntegral:
    """The integral over the way from 0 to 1 of each token's gradient times its difference.

    `products(shares)` gives a row of tokens for each share of the way; `word_places` are the places
    of each word's tokens. Steps double, from half of `steps`, until no word's value changes by
    more than `tolerance` and the sum `is_complete`, or `most_steps` are taken.
    """
    computed: dict[float, Any] = {}

    def at(n: int) -> Floats:
        places, weights = clenshaw_curtis(n)
        new_places = [place for place in places if place not in computed]
        shares, stretch = new_places, np.ones(len(new_places))
        if crowding is not None:
            crowded, stretch = crowding.at(np.array(new_places))
            shares = crowded.tolist()
        rows = np.asarray(products(shares), dtype=np.float64) * stretch[:, None]
        computed.update(zip(new_places, rows, strict=True))
        total: Floats = weights @ np.array([computed[place] for place in places])
        return total

    def by_word(tokens: Floats) -> Floats:
        return np.array([tokens[list(places)].sum() for places in word_places])

    steps = max(2, steps)
    coarse_values = at(max(1, steps // 2))
    while True:
        fine_values = at(steps)
        change = float(np.abs(by_word(fine_values) - by_word(coarse_values)).max(initial=0.0))
        if (change <= tolerance and is_complete(fine_values)) or steps * 2 > most_steps:
            return PathIntegral(fine_values, steps, change)
        coarse_values, steps = fine_values, steps * 2


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
        factor = 1.0 if 2 * j == steps else 2.0
        weights -= factor / (4 * j * j - 1) * np.cos(2 * j * angles)
    weights[[0, -1]] /= 2
    return shares, weights / steps
