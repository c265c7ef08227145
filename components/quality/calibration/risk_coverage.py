"""Risk against coverage: how often an answer is missing where the best scores are answered."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import muted, plot_layout, stage_colour, stage_label
from engine.types.calibration.separation import Separation

TITLE = "Risk against coverage"


def figure(separations: Sequence[Separation], *, dark: bool) -> go.Figure:
    """A line a ranker, and the risk of answering in no order."""
    chart = go.Figure()
    for separation in separations:
        label = stage_label(separation.stage)
        chart.add_scatter(
            x=[point.coverage for point in separation.curve],
            y=[point.risk for point in separation.curve],
            mode="lines",
            line={"color": stage_colour(separation.stage, dark), "width": 3},
            name=f"{label}: area {separation.area:.3f}",
            hovertemplate=f"{label}: of %{{x:.0%}} answered %{{y:.1%}} without an answer"
            "<extra></extra>",
        )
    base_risk = separations[0].base_risk
    chart.add_scatter(
        x=[0, 1],
        y=[base_risk, base_risk],
        mode="lines",
        line={"color": muted(dark), "width": 2, "dash": "dot"},
        name=f"in no order: {base_risk:.3f}",
        hoverinfo="skip",
    )
    chart.update_layout(**plot_layout(dark, height=380, margin={"l": 8, "r": 16, "t": 72, "b": 8}))
    chart.update_xaxes(title_text="coverage: queries answered", tickformat=".0%", range=[0, 1.01])
    chart.update_yaxes(
        title_text="risk: of them without an answer", tickformat=".0%", rangemode="tozero"
    )
    return chart


def risk_coverage_chart(separations: Sequence[Separation], *, dark: bool, key: str) -> None:
    """Draw the lines."""
    areas = ", ".join(f"{stage_label(each.stage)} {each.area:.3f}" for each in separations)
    chart_view(
        partial(figure, separations),
        dark=dark,
        key=key,
        title=TITLE,
        alt=f"{TITLE}; areas: {areas}; in no order {separations[0].base_risk:.3f}",
    )
