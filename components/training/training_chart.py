"""A training as two charts: the loss of every step, and the measure on the dev queries."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import plotly.graph_objects as go
import streamlit as st

from components.common.export.chart_view import chart_view
from components.common.palette import axis_ticks, down, muted, plot_layout, stage_colour, up

Point = tuple[int, float]
RECENT = 10  # steps of the running mean


def loss_figure(
    losses: Sequence[Point], *, steps: int, loss: str, stage: str, dark: bool
) -> go.Figure:
    """A dot for each step's loss and the mean of the last ten as a line."""
    chart = go.Figure()
    chart.add_scatter(
        x=[step for step, _ in losses],
        y=[value for _, value in losses],
        mode="markers",
        marker={"size": 5, "color": muted(dark), "opacity": 0.55},
        name="each step",
        hovertemplate="step %{x}: %{y:.4f}<extra></extra>",
    )
    chart.add_scatter(
        x=[step for step, _ in losses],
        y=running_mean([value for _, value in losses]),
        mode="lines",
        line={"color": stage_colour(stage, dark), "width": 3},
        name=f"mean of the last {RECENT}",
        hovertemplate="up to step %{x}: %{y:.4f}<extra></extra>",
    )
    _frame(chart, steps, dark)
    chart.update_yaxes(title_text=loss, rangemode="tozero", tickformat=".3~g")
    return chart


def measure_figure(
    dev: Sequence[Point], *, steps: int, measure: str, stage: str, dark: bool
) -> go.Figure:
    """The measure by step, the parent's as a dashed line, the best marked."""
    chart = go.Figure()
    parent = dev[0][1] if dev else 0.0
    chart.add_scatter(
        x=[0, steps],
        y=[parent, parent],
        mode="lines",
        line={"color": muted(dark), "width": 2, "dash": "dash"},
        name=f"parent: {parent:.3f}",
        hoverinfo="skip",
    )
    chart.add_scatter(
        x=[step for step, _ in dev],
        y=[value for _, value in dev],
        mode="lines+markers",
        line={"color": stage_colour(stage, dark), "width": 3},
        marker={"size": 8},
        name="on the dev queries",
        hovertemplate="step %{x}: %{y:.4f}<extra></extra>",
    )
    if len(dev) > 1:
        step, value = max(dev[1:], key=lambda point: (point[1], -point[0]))
        colour = up(dark) if value >= parent else down(dark)
        chart.add_scatter(
            x=[step],
            y=[value],
            mode="markers",
            marker={"symbol": "circle-open", "size": 18, "color": colour, "line": {"width": 3}},
            name=f"kept: step {step}, {value:.3f}",
            hoverinfo="skip",
        )
    _frame(chart, steps, dark)
    values = [value for _, value in dev] or [parent]
    middle, half = (min(values) + max(values)) / 2, max(0.05, (max(values) - min(values)) * 0.7)
    low, high = max(0, middle - half), min(1, middle + half)
    chart.update_yaxes(title_text=measure, range=[low, high], **axis_ticks(low, high))
    return chart


def running_mean(values: Sequence[float], width: int = RECENT) -> list[float]:
    """The mean of each value and those before it, at most `width` of them."""
    means = []
    for end in range(1, len(values) + 1):
        part = values[max(0, end - width) : end]
        means.append(sum(part) / len(part))
    return means


def training_chart(
    losses: Sequence[Point],
    dev: Sequence[Point],
    *,
    steps: int,
    loss: str,
    measure: str,
    stage: str,
    dark: bool,
    key: str,
) -> None:
    """Draw both side by side."""
    left, right = st.columns(2, gap="large")
    last = f"{losses[-1][1]:.4f} at step {losses[-1][0]}" if losses else "no step yet"
    with left:
        chart_view(
            partial(loss_figure, losses, steps=steps, loss=loss, stage=stage),
            dark=dark,
            key=f"{key}_loss",
            title="Loss by step",
            alt=f"Loss by step: {last}",
        )
    latest = f"{dev[-1][1]:.4f} at step {dev[-1][0]}" if dev else "not measured yet"
    with right:
        chart_view(
            partial(measure_figure, dev, steps=steps, measure=measure, stage=stage),
            dark=dark,
            key=f"{key}_dev",
            title=f"{measure} on the dev queries by step",
            alt=f"{measure} on the dev queries: {latest}",
        )


def _frame(chart: go.Figure, steps: int, dark: bool) -> None:
    chart.update_layout(**plot_layout(dark, height=300, margin={"l": 8, "r": 16, "t": 48, "b": 8}))
    chart.update_xaxes(title_text="Step", range=[-0.02 * steps, 1.02 * steps])
