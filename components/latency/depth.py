"""What more depth costs and what it brings, with the knee and the usual advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import log10

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.common.export.chart_view import chart_view
from components.common.palette import grid, ink, muted, plot_layout, stage_colour
from components.common.wording import humanised
from engine.types import CROSS_ENCODER

BANDS = ((20, 30, "latency critical"), (50, 100, "usual"), (200, 500, "accuracy"))
_TICKS = (5, 10, 20, 30, 50, 100, 200, 300, 500)


@dataclass(frozen=True, slots=True)
class Mark:
    """A depth to point at: its seconds, its quality (None: not measured) and a word for it."""

    depth: int
    seconds: float
    quality: float | None
    label: str


def depth_chart(
    depths: Sequence[int],
    seconds: Sequence[float],
    quality: Sequence[float],
    *,
    measure: str,
    marks: Sequence[Mark],
    measured: Sequence[int],
    dark: bool,
    key: str,
) -> None:
    """Draw quality above seconds over depth; `measured` depths are ends of timed chunks."""
    series = "; ".join(f"{m.label}: depth {m.depth}, {humanised(m.seconds)}" for m in marks)
    chart_view(
        partial(figure, depths, seconds, quality, measure=measure, marks=marks, measured=measured),
        dark=dark,
        key=key,
        title=f"{measure} and seconds by depth",
        alt=f"{measure} and seconds over depth {depths[0]} to {depths[-1]}. {series}",
    )


def figure(
    depths: Sequence[int],
    seconds: Sequence[float],
    quality: Sequence[float],
    *,
    measure: str,
    marks: Sequence[Mark],
    measured: Sequence[int],
    dark: bool,
) -> go.Figure:
    """Two panels that share a logarithmic axis of depth."""
    chart = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.07)
    colour = stage_colour(CROSS_ENCODER, dark)
    line = {"color": colour, "width": 3}
    seconds_at_depth = dict(zip(depths, seconds, strict=True))
    chart.add_scatter(
        x=list(depths),
        y=list(quality),
        mode="lines",
        line={**line, "shape": "hv"},
        showlegend=False,
        hovertemplate="depth %{x}: %{y:.3f}<extra></extra>",
        row=1,
        col=1,
    )
    chart.add_scatter(
        x=list(depths),
        y=list(seconds),
        mode="lines",
        line=line,
        showlegend=False,
        text=[humanised(s) for s in seconds],
        hovertemplate="depth %{x}: %{text}<extra></extra>",
        row=2,
        col=1,
    )
    chart.add_scatter(
        x=[depth for depth in measured if depth in seconds_at_depth],
        y=[seconds_at_depth[depth] for depth in measured if depth in seconds_at_depth],
        mode="markers",
        marker={"color": colour, "size": 7},
        name="end of a timed chunk",
        hoverinfo="skip",
        row=2,
        col=1,
    )
    layout = plot_layout(dark, height=520, margin={"l": 8, "r": 12, "t": 44, "b": 8})
    x_axis, y_axis = layout.pop("xaxis"), layout.pop("yaxis")
    chart.update_layout(**layout)
    chart.update_xaxes(**x_axis)
    chart.update_yaxes(**y_axis)
    _bands(chart, depths[-1], dark)
    lowest_depth, highest_depth = min(depths[0], 5) * 0.95, max(depths[-1], 30) * 1.06
    for number, mark in enumerate(marks):
        _mark(
            chart,
            mark,
            dark,
            leftwards=mark.depth**2 > lowest_depth * highest_depth,
            below=number % 2 == 0,
        )
    chart.update_xaxes(
        type="log",
        range=[log10(lowest_depth), log10(highest_depth)],
        tickvals=[tick for tick in _TICKS if lowest_depth <= tick <= highest_depth],
        ticktext=[str(tick) for tick in _TICKS if lowest_depth <= tick <= highest_depth],
    )
    chart.update_xaxes(title_text="depth: candidates that are reranked (logarithmic)", row=2, col=1)
    highest_quality = max((*quality, *(each_mark.quality or 0 for each_mark in marks)), default=0)
    chart.update_yaxes(
        title_text=measure.partition(" with")[0],
        range=[0, max(0.1, highest_quality) * 1.12],
        row=1,
        col=1,
    )
    chart.update_yaxes(title_text="seconds", rangemode="tozero", ticksuffix=" s", row=2, col=1)
    return chart


def _bands(chart: go.Figure, deepest: int, dark: bool) -> None:
    for band_index, (low, high, name) in enumerate(BANDS):
        if low > deepest:
            continue
        for row in (1, 2):
            chart.add_vrect(
                x0=low,
                x1=high,
                fillcolor=muted(dark),
                opacity=0.13 + 0.03 * band_index,
                line_width=0,
                layer="below",
                row=row,
                col=1,
            )

        log_middle = (log10(low) + log10(min(high, max(deepest, low + 1)))) / 2
        chart.add_annotation(
            x=log_middle,
            y=1.0,
            xref="x",
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            text=f"<b>{low}–{high}</b><br>{name}",
            font={"size": 12, "color": muted(dark)},
        )


def _mark(chart: go.Figure, mark: Mark, dark: bool, *, leftwards: bool, below: bool) -> None:

    rows = ((1, mark.quality), (2, mark.seconds))
    for row, value in rows:
        if value is None:
            continue
        chart.add_vline(
            x=mark.depth, line={"color": ink(dark), "width": 1.5, "dash": "dash"}, row=row, col=1
        )
        text = humanised(value) if row == 2 else f"{value:.3f}"
        chart.add_scatter(
            x=[mark.depth],
            y=[value],
            mode="markers",
            marker={
                "symbol": "diamond",
                "size": 13,
                "color": ink(dark),
                "line": {"color": grid(dark), "width": 1.5},
            },
            showlegend=False,
            hovertemplate=f"{mark.label}, depth {mark.depth}: {text}<extra></extra>",
            row=row,
            col=1,
        )
        chart.add_annotation(
            x=log10(mark.depth),
            y=value,
            text=f"<b>{mark.label}</b> {mark.depth}: {text}",
            font={"size": 13, "color": ink(dark)},
            showarrow=False,
            xanchor="right" if leftwards else "left",
            xshift=-10 if leftwards else 10,
            yshift=-16 if below == (row == 1) else 16,
            row=row,
            col=1,
        )
