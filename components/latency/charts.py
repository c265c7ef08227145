"""How much stage times scatter over repeated searches, and what a cold start costs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.common.export.chart_view import chart_view
from components.common.palette import grid, ink, plot_layout, stage_colour, stage_label
from components.common.wording import milliseconds
from engine.types import RUNS_FOR

_TICKS = [0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000]
_STRIP = 0.16  # half the height over which the runs of a stage are spread


def percentile(seconds: Sequence[float], share: float) -> float:
    """The percentile (0 to 100) of the runs, interpolated linearly between two of them."""
    return float(np.percentile(np.asarray(seconds, dtype=float), share))


def figure(
    samples: Mapping[str, Sequence[float]], cold: Mapping[str, float], *, dark: bool, log: bool
) -> go.Figure:
    """A row for each stage: every run as a dot, a box of the middle half, p50, p95 and cold.

    p95 only where the runs are enough for one.
    """
    stages = [stage for stage, runs in samples.items() if runs]
    chart = go.Figure()
    for row, stage in enumerate(stages):
        _add_runs(chart, row, stage, samples[stage], dark=dark)
    p50 = [percentile(samples[stage], 50) for stage in stages]
    p95 = {
        row: percentile(samples[stage], 95)
        for row, stage in enumerate(stages)
        if len(samples[stage]) >= RUNS_FOR[95]
    }
    _add_marks(chart, "p50", dict(enumerate(p50)), "diamond", dark=dark)
    _add_marks(chart, "p95", p95, "line-ns-open", dark=dark)
    chilly = {row: cold[stage] for row, stage in enumerate(stages) if stage in cold}
    _add_marks(chart, "cold run", chilly, "asterisk-open", dark=dark)
    chart.update_layout(
        **plot_layout(dark, height=130 + 62 * len(stages), margin={"l": 8, "r": 8, "t": 40, "b": 8})
    )
    chart.update_yaxes(
        tickvals=list(range(len(stages))),
        ticktext=[
            f"<b>{stage_label(stage)}</b><br>p50 {milliseconds(p50[row])}"
            + (f"<br>p95 {milliseconds(p95[row])}" if row in p95 else "")
            for row, stage in enumerate(stages)
        ],
        range=[len(stages) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        tickfont={"color": ink(dark), "size": 12},
    )
    all_seconds = [s for stage in stages for s in samples[stage]] + list(chilly.values())
    _axis(
        chart, all_seconds, log=log, runs=max((len(samples[stage]) for stage in stages), default=0)
    )
    return chart


def spread(
    samples: Mapping[str, Sequence[float]],
    cold: Mapping[str, float],
    *,
    dark: bool,
    log: bool = True,
    key: str,
) -> None:
    """Draw the seconds of repeated runs by stage, in ms, with each stage's cold run apart."""
    if not any(samples.values()):
        st.info("No repeated runs yet: start them to see how much the stages scatter.")
        return
    percentiles_text = "; ".join(
        f"{stage_label(stage)} p50 {milliseconds(percentile(runs, 50))}"
        + (f", p95 {milliseconds(percentile(runs, 95))}" if len(runs) >= RUNS_FOR[95] else "")
        for stage, runs in samples.items()
        if runs
    )
    chart_view(
        partial(figure, samples, cold, log=log),
        dark=dark,
        key=key,
        title="Time by stage over repeated runs",
        alt=f"Time by stage over repeated runs: {percentiles_text}",
    )


def _add_runs(
    chart: go.Figure, row: int, stage: str, seconds: Sequence[float], *, dark: bool
) -> None:
    colour = stage_colour(stage, dark)
    low, high = (percentile(seconds, share) * 1_000 for share in (25, 75))
    chart.add_shape(
        type="rect",
        x0=low,
        x1=high,
        y0=row - 0.28,
        y1=row + 0.28,
        line={"color": colour, "width": 1.5},
        fillcolor=colour,
        opacity=0.25,
        layer="below",
    )
    offsets = [_STRIP * (2 * ((i * 0.618) % 1) - 1) for i in range(len(seconds))]
    chart.add_scatter(
        x=[s * 1_000 for s in seconds],
        y=[row + offset for offset in offsets],
        mode="markers",
        marker={"color": colour, "size": 6, "opacity": 0.75},
        name=stage_label(stage),
        showlegend=False,
        text=[f"run {i} of {len(seconds)}: {milliseconds(s)}" for i, s in enumerate(seconds, 1)],
        hovertemplate="%{text}<extra>%{fullData.name}</extra>",
    )


def _add_marks(
    chart: go.Figure, name: str, seconds: Mapping[int, float], symbol: str, *, dark: bool
) -> None:
    if not seconds:
        return
    tall = symbol == "line-ns-open"
    chart.add_scatter(
        x=[s * 1_000 for s in seconds.values()],
        y=list(seconds),
        mode="markers",
        marker={
            "symbol": symbol,
            "size": 22 if tall else 13,
            "color": ink(dark),
            "line": {"width": 2.5 if symbol.endswith("open") else 1.5, "color": _rim(symbol, dark)},
        },
        name=name,
        text=[f"{name}: {milliseconds(s)}" for s in seconds.values()],
        hovertemplate="%{text}<extra></extra>",
    )


def _rim(symbol: str, dark: bool) -> str:
    return ink(dark) if symbol.endswith("open") else grid(dark)


def _axis(chart: go.Figure, seconds: Sequence[float], *, log: bool, runs: int) -> None:
    unit_text = "ms, logarithmic" if log else "ms"
    chart.update_xaxes(title_text=f"{unit_text} · {runs} runs, the box holds their middle half")
    if not log:
        chart.update_xaxes(rangemode="tozero", tickformat=",")
        return
    low, high = min(seconds) * 1_000, max(seconds) * 1_000
    chart.update_xaxes(
        type="log",
        range=[math.log10(max(low, 0.01)) - 0.2, math.log10(max(high, 0.1)) + 0.2],
        tickvals=_TICKS,
        ticktext=[f"{tick:,g}" for tick in _TICKS],
    )
