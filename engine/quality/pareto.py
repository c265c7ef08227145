"""Which pipelines are worth their time: those that none beats in both quality and speed."""

from __future__ import annotations

from collections.abc import Sequence


def frontier(points: Sequence[tuple[float, float]]) -> list[int]:
    """The positions of the (seconds, quality) points that no other dominates, fastest first.

    A point is dominated where another is at least as fast and at least as good, and better
    in one of the two. Of equal points all stay.
    """

    def beaten(i: int) -> bool:
        seconds, quality = points[i]
        return any(
            s <= seconds and q >= quality and (s < seconds or q > quality) for s, q in points
        )

    undominated = [i for i in range(len(points)) if not beaten(i)]
    return sorted(undominated, key=lambda i: (points[i][0], i))
