"""Krippendorff's alpha for nominal values: how far voters agree beyond chance.

Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability". 1 is full agreement, 0 what
chance gives, below 0 systematic disagreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Alpha of the values that each unit was given; missing ones are simply not there.

    None where it says nothing: no unit has two values, or all values are the same.
    """
    pairable = [Counter(values) for values in units if len(values) > 1]
    totals = sum(pairable, Counter[Hashable]())
    number = totals.total()
    expected = number**2 - sum(count**2 for count in totals.values())
    if expected == 0:
        return None
    observed = sum(
        (counts.total() ** 2 - sum(count**2 for count in counts.values())) / (counts.total() - 1)
        for counts in pairable
    )
    return 1 - (number - 1) * observed / expected
