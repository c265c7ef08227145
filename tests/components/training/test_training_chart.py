"""The charts of a training show every step, the parent, and the step that is kept."""

from __future__ import annotations

import pytest

from components.training.training_chart import loss_figure, measure_figure, running_mean
from engine.types import BI_ENCODER


def test_the_running_mean_is_of_the_last_ten() -> None:
    assert running_mean([1.0, 3.0]) == [1.0, 2.0]
    assert running_mean([float(i) for i in range(12)])[-1] == pytest.approx(6.5)


@pytest.mark.parametrize("dark", [False, True])
def test_each_step_the_parent_and_the_best_are_marked(dark: bool) -> None:
    losses = [(1, 0.4), (2, 0.2)]
    chart = loss_figure(losses, steps=9, loss="MarginMSE", stage=BI_ENCODER, dark=dark)
    assert [list(trace.y) for trace in chart.data] == [[0.4, 0.2], pytest.approx([0.4, 0.3])]
    dev = [(0, 0.7), (5, 0.6), (9, 0.65)]
    drawn = measure_figure(dev, steps=9, measure="nDCG@10", stage=BI_ENCODER, dark=dark)
    assert [trace.name for trace in drawn.data] == [
        "parent: 0.700", "on the dev queries", "kept: step 9, 0.650",
    ]  # fmt: skip
    low, high = drawn.layout.yaxis.range
    assert low < 0.6 < 0.7 < high


def test_nothing_learnt_yet_is_no_error() -> None:
    loss_figure([], steps=1, loss="x", stage=BI_ENCODER, dark=False)
    measure_figure([], steps=1, measure="x", stage=BI_ENCODER, dark=False)
