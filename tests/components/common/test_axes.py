"""Ticks that read differently, and a last bar that says what it holds."""

from __future__ import annotations

import pytest

from components.common.palette import axis_ticks, signed_format
from components.corpora.lengths import ModelRoom, lengths_figure
from components.quality.pareto import ParetoPoint
from components.quality.pareto import figure as pareto
from engine.types import BM25, CROSS_ENCODER


@pytest.mark.parametrize(
    ("low", "high"), [(0.98, 1.02), (0.0, 1.0), (0.64, 0.68), (0.5012, 0.5019), (-0.02, 0.02)]
)
def test_no_two_ticks_read_alike_and_none_lies_beyond_what_can_be(low: float, high: float) -> None:
    ticks = axis_ticks(low, high)
    assert len(set(ticks["ticktext"])) == len(ticks["ticktext"]) >= 2
    assert [float(text) for text in ticks["ticktext"]] == pytest.approx(ticks["tickvals"])
    assert all(low - 1e-9 <= value <= min(high, 1.0) + 1e-9 for value in ticks["tickvals"])


def test_perfect_pipelines_have_an_axis_up_to_one() -> None:
    points = [ParetoPoint(n, name, BM25, n / 10, 1.0) for n, name in enumerate("ab", 1)]
    axis = pareto(points, [0], measure="nDCG@10", dark=False).layout.yaxis
    assert max(axis.tickvals) == 1.0
    assert len(set(axis.ticktext)) == len(axis.ticktext)


def test_small_differences_get_the_decimals_that_they_need() -> None:
    assert signed_format(-0.2, 0.3) == "+.2f"
    assert signed_format(0.0, 0.004) == "+.3f"


def room(limit: int) -> ModelRoom:
    return ModelRoom("m", CROSS_ENCODER, limit, limit, 0, 100, 0.0)


def test_the_last_bar_says_that_it_holds_everything_longer() -> None:
    chart = lengths_figure([10] * 200 + [5000], [room(100)], dark=False)
    said = [mark for mark in chart.layout.annotations if mark.text.endswith("and longer")]
    assert [mark.x for mark in said] == [chart.layout.xaxis.range[1]]
    assert said[0].xanchor == "right"  # over the bars, for a bar is narrower than the words
    assert said[0].font.size >= 12
    whole = lengths_figure([10, 20, 30], [room(100)], dark=False)
    assert not any(mark.text.endswith("and longer") for mark in whole.layout.annotations)
