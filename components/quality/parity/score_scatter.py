"""Both rankers' scores of the same pairs as a scatter, and how far each pair lies apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import down, muted, plot_layout, stage_colour
from components.common.wording import shortened
from engine.types import BI_ENCODER
from engine.types.parity.report import SAME, TOP, PairOfScores, ParityReport, QueryParity

MOST_POINTS = 3_000
LONGEST_TEXT = 60
Point = tuple[QueryParity, PairOfScores]


def score_scatter(report: ParityReport, *, dark: bool, key: str) -> None:
    """Draw a dot for each pair; those of queries whose order or documents differ stand out."""
    points = shown_points(report)
    figures = report.differences
    alt = "No pair was scored by both."
    if figures is not None:
        alt = (
            f"Scores of B against those of A for {figures.pairs:,} pairs: they differ by "
            f"{figures.largest:.4f} at most, by {figures.median:.4f} in the median."
        )
    chart_view(
        partial(figure, points, a=report.a.kind, b=report.b.kind, apart=report.scale == SAME),
        dark=dark,
        key=key,
        title="Scores of two rankers, pair by pair",
        alt=alt,
    )


def shown_points(report: ParityReport, most: int = MOST_POINTS) -> list[Point]:
    """All pairs, or of too many those that differ most and an even sample of the others."""
    points = [(query, pair) for query in report.queries for pair in query.pairs]
    if len(points) <= most:
        return points
    by_distance = sorted(points, key=lambda point: -abs(point[1].b - point[1].a))
    half = most // 2
    others = by_distance[half:]
    picked = np.linspace(0, len(others) - 1, most - half).astype(int)
    return [*by_distance[:half], *(others[place] for place in picked)]


def figure(points: Sequence[Point], *, a: str, b: str, apart: bool, dark: bool) -> go.Figure:
    """A's score to the right, B's upwards; beside it, where they are `apart` by numbers, B − A.

    `a` and `b` say what the scores are.
    """
    panels = 2 if apart else 1
    chart = make_subplots(rows=1, cols=panels, horizontal_spacing=0.09)
    scores = [score for _, pair in points for score in (pair.a, pair.b)]
    if apart and scores:
        line = {"color": muted(dark), "width": 1.5, "dash": "dot"}
        low, high = min(scores), max(scores)
        for column, ends in ((1, [low, high]), (2, [0.0, 0.0])):
            chart.add_scatter(
                x=[low, high],
                y=ends,
                mode="lines",
                line=line,
                name="equal scores",
                showlegend=column == 1,
                hoverinfo="skip",
                row=1,
                col=column,
            )
    for name, colour, symbol, is_changed in (
        (f"the same first {TOP}", stage_colour(BI_ENCODER, dark), "circle", False),
        (f"another order in the first {TOP}", down(dark), "diamond", True),
    ):
        chosen = [point for point in points if point[0].same_order != is_changed]
        for column in range(1, panels + 1 if chosen else 1):
            chart.add_scatter(
                x=[pair.a for _, pair in chosen],
                y=[pair.b if column == 1 else pair.b - pair.a for _, pair in chosen],
                mode="markers",
                marker={"size": 7, "color": colour, "opacity": 0.7, "symbol": symbol},
                name=name,
                showlegend=column == 1,
                customdata=[_hover(query, pair) for query, pair in chosen],
                hovertemplate=(
                    "%{customdata[0]}<br>%{customdata[1]}<br>A %{x:.4f}, B %{customdata[2]:.4f}, "
                    "difference %{customdata[3]:.4f}<extra></extra>"
                ),
                row=1,
                col=column,
            )
    layout = plot_layout(dark, height=400, margin={"l": 8, "r": 16, "t": 44, "b": 8})
    x, y = layout.pop("xaxis"), layout.pop("yaxis")
    chart.update_layout(**layout)
    chart.update_xaxes(**x)
    chart.update_yaxes(**y)
    chart.update_xaxes(title_text=f"A ({chart_text(a)})")
    chart.update_yaxes(title_text=f"B ({chart_text(b)})", row=1, col=1)
    if apart:
        chart.update_yaxes(title_text="B − A", row=1, col=2)
    return chart


def _hover(query: QueryParity, pair: PairOfScores) -> list[str | float]:
    """What a dot says of itself."""
    return [
        chart_text(shortened(query.text, LONGEST_TEXT)),
        chart_text(shortened(pair.doc_id, LONGEST_TEXT)),
        pair.b,
        pair.b - pair.a,
    ]
