"""Differences from one pipeline with their intervals: a row for each of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import down, ink, muted, plot_layout, signed_format, up


@dataclass(frozen=True, slots=True)
class ForestRow:
    """A difference, its interval, whether chance is ruled out, and the sentence that says so."""

    name: str
    value: float
    low: float
    high: float
    significant: bool
    sentence: str


def figure(
    rows: Sequence[ForestRow],
    *,
    measure: str,
    baseline: str,
    dark: bool,
    higher_is_better: bool = True,
) -> go.Figure:
    """A diamond for each mean difference, filled where it is significant; a bar for 95%."""
    chart = go.Figure()
    for place, row in enumerate(rows):
        colour = (
            muted(dark)
            if not row.significant
            else (up if (row.value > 0) == higher_is_better else down)(dark)
        )
        chart.add_scatter(
            x=[row.low, row.high],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": 4},
            hoverinfo="skip",
            showlegend=False,
        )
        chart.add_scatter(
            x=[row.value],
            y=[place],
            mode="markers",
            marker={
                "symbol": "diamond" if row.significant else "diamond-open",
                "size": 15,
                "color": colour,
                "line": {"width": 2.5, "color": colour},
            },
            text=[chart_text(row.sentence)],
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
    chart.add_vline(x=0, line={"color": ink(dark), "width": 1.5})
    low, high = min([0.0, *(r.low for r in rows)]), max([0.0, *(r.high for r in rows)])
    pad = max(0.01, 0.04 * (high - low))
    chart.update_xaxes(range=[low - pad, high + pad])
    chart.update_layout(
        **plot_layout(dark, height=90 + 38 * len(rows), margin={"l": 8, "r": 16, "t": 8, "b": 8})
    )
    chart.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[chart_text(row.name) for row in rows],
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        tickfont={"color": ink(dark), "size": 13},
    )
    chart.update_xaxes(
        title_text=f"{measure} minus that of {chart_text(baseline)}",
        tickformat=signed_format(*_reach(rows)),
    )
    return chart


def _reach(rows: Sequence[ForestRow]) -> tuple[float, float]:
    """How far the intervals reach, zero included."""
    return min([0.0, *(row.low for row in rows)]), max([0.0, *(row.high for row in rows)])


def quality_forest(
    rows: Sequence[ForestRow],
    *,
    measure: str,
    baseline: str,
    dark: bool,
    higher_is_better: bool = True,
    key: str,
) -> None:
    """Draw the rows."""
    chart_view(
        partial(
            figure, rows, measure=measure, baseline=baseline, higher_is_better=higher_is_better
        ),
        dark=dark,
        key=key,
        title=f"Differences from {baseline} in {measure}",
        alt=f"Differences from {baseline}: "
        + "; ".join(f"{row.name} {row.sentence}" for row in rows),
    )
