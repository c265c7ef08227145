from __future__ import annotations

from engine.quality.pareto import frontier


def test_the_frontier_by_hand() -> None:
    points = [(1.0, 0.5), (2.0, 0.4), (3.0, 0.7), (3.0, 0.6), (0.5, 0.5), (9.0, 0.7)]
    # 0 is slower than 4 and no better, 1 is worse than 0, 3 and 5 are beaten by 2
    assert frontier(points) == [4, 2]


def test_equal_points_stay_together() -> None:
    assert frontier([(1.0, 0.5), (1.0, 0.5)]) == [0, 1]
    assert frontier([]) == []
