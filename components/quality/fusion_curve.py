"""Quality over the whole range of a fusion's weight, the chosen and the best marked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, muted, plot_layout, stage_colour
from engine.types.registries.measures import PRIMARY

Unit = Literal["share", "k"]


def figure(
    settings: Sequence[float],
    values: Sequence[float],
    *,
    chosen: int,
    best: int,
    unit: Unit,
    title: str,
    stage: str,
    dark: bool,
    validated: float | None = None,
    by_searches: Sequence[float] = (),
) -> go.Figure:
    """nDCG@10 by setting; `validated` draws the cross-validated figure as a dashed line.

    `by_searches` are the means in which a query counts as often as it is searched.
    """
    colour = stage_colour(stage, dark)
    chart = go.Figure()
    label = [_setting(s, unit) for s in settings]
    chart.add_scatter(
        x=list(settings),
        y=list(values),
        mode="lines+markers",
        line={"color": colour, "width": 3},
        marker={"size": 7, "color": colour},
        name="on these queries",
        text=label,
        hovertemplate=f"%{{text}}: {PRIMARY.name} %{{y:.4f}}<extra></extra>",
    )
    if by_searches:
        chart.add_scatter(
            x=list(settings),
            y=list(by_searches),
            mode="lines",
            line={"color": colour, "width": 2, "dash": "dot"},
            name="by searches",
            text=label,
            hovertemplate=f"%{{text}}, by searches: {PRIMARY.name} %{{y:.4f}}<extra></extra>",
        )
    for place, name, symbol in (
        (best, "best on these queries", "star"),
        (chosen, "chosen", "circle-open"),
    ):
        chart.add_scatter(
            x=[settings[place]],
            y=[values[place]],
            mode="markers",
            marker={
                "symbol": symbol,
                "size": 19,
                "color": ink(dark),
                "line": {"width": 3, "color": ink(dark)},
            },
            name=f"{name}: {label[place]}, {values[place]:.4f}",
            hoverinfo="skip",
        )
    if validated is not None:
        chart.add_scatter(
            x=[settings[0], settings[-1]],
            y=[validated, validated],
            mode="lines",
            line={"color": muted(dark), "width": 2, "dash": "dash"},
            name=f"cross-validated: {validated:.4f}",
            hoverinfo="skip",
        )
    chart.update_layout(**plot_layout(dark, height=400, margin={"l": 8, "r": 16, "t": 64, "b": 8}))
    if unit == "share":
        chart.update_xaxes(title_text=title, tickformat=".0%", range=[-0.03, 1.03])
    else:
        chart.update_xaxes(
            title_text=f"{title} (logarithmic)",
            type="log",
            tickvals=[s for s in settings if s in (1, 2, 5, 10, 20, 60, 100, 200, 500)],
            ticktext=[f"{s:.0f}" for s in settings if s in (1, 2, 5, 10, 20, 60, 100, 200, 500)],
        )
    chart.update_yaxes(title_text=PRIMARY.name, tickformat=".3f")
    return chart


def quality_curve(
    settings: Sequence[float],
    values: Sequence[float],
    *,
    chosen: int,
    best: int,
    unit: Unit,
    title: str,
    stage: str,
    dark: bool,
    validated: float | None = None,
    by_searches: Sequence[float] = (),
    key: str,
) -> None:
    """Draw the curve."""
    chart_view(
        partial(
            figure,
            settings,
            values,
            chosen=chosen,
            best=best,
            unit=unit,
            title=title,
            stage=stage,
            validated=validated,
            by_searches=by_searches,
        ),
        dark=dark,
        key=key,
        title=title,
        alt=f"{PRIMARY.name} over {title}: from {min(values):.3f} to {max(values):.3f}, best at "
        f"{_setting(settings[best], unit)}",
    )


def _setting(value: float, unit: Unit) -> str:
    return f"{value:.0%}" if unit == "share" else f"k = {value:.0f}"
