"""Quality against latency: each pipeline a numbered point, and the line that none beats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import axis_ticks, ink, muted, plot_layout, stage_colour, stage_label
from components.common.stage_bars import StageBar, stage_bars
from components.common.wording import humanised

_WIDTH, _HEIGHT = 900, 240  # px that the points are about spread over
_FREE = 15  # px between two labels, or a label and a point
_SIDES = {
    "top center": (0, 17),
    "middle right": (18, 0),
    "middle left": (-18, 0),
    "bottom center": (0, -17),
    "top right": (17, 14),
    "top left": (-17, 14),
    "bottom right": (17, -14),
    "bottom left": (-17, -14),
}
_TICKS = tuple(base * 10.0**power for power in range(-4, 4) for base in (1, 2, 5))  # seconds


@dataclass(frozen=True, slots=True)
class ParetoPoint:
    """A pipeline: the number of its row, its final stage, seconds a query, and the measure.

    `by_searches` is (seconds, measure) with each query as often as it is searched, None where
    nobody said how often.
    """

    number: int
    name: str
    stage: str
    seconds: float
    value: float
    by_searches: tuple[float, float] | None = None


def stage_pareto(points: Sequence[ParetoPoint], *, measure: str, key: str) -> None:
    """Draw the pipelines for a room: a bar of the measure each, and what a query took."""
    highest_value = max(1.0, *(point.value for point in points))
    stage_bars(
        [StageBar(p.name, p.stage, 0.0, p.value, _words(p)) for p in points],
        caption=f"{measure} and time per query, by pipeline",
        ends=("0", f"{measure} {highest_value:g}"),
        most=highest_value,
        note="time per query",
        key=key,
    )


def _words(point: ParetoPoint) -> str:
    said = f"{point.value:.3f}, {humanised(point.seconds)}"
    return f"{said}; by searches {point.by_searches[1]:.3f}" if point.by_searches else said


def figure(
    points: Sequence[ParetoPoint], frontier: Sequence[int], *, measure: str, dark: bool
) -> go.Figure:
    """`frontier` holds positions in `points`, fastest first."""
    chart = go.Figure()
    steps = [points[i] for i in frontier]
    chart.add_scatter(
        x=[p.seconds for p in steps],
        y=[p.value for p in steps],
        mode="lines",
        line={"color": muted(dark), "width": 2, "dash": "dot", "shape": "hv"},
        name="none is both faster and better",
        hoverinfo="skip",
    )
    on_frontier = set(frontier)
    sides = label_sides(points)
    for stage in dict.fromkeys(point.stage for point in points):
        stage_points = [(i, p) for i, p in enumerate(points) if p.stage == stage]
        colour = stage_colour(stage, dark)
        page_colour = "#10151c" if dark else "#ffffff"
        chart.add_scatter(
            x=[p.seconds for _, p in stage_points],
            y=[p.value for _, p in stage_points],
            mode="markers+text",
            marker={
                "size": 15,
                "color": [colour if i in on_frontier else page_colour for i, _ in stage_points],
                "line": {"color": colour, "width": 2.5},
            },
            text=[f"<b>{p.number}</b>" for _, p in stage_points],
            textposition=[sides[i] for i, _ in stage_points],
            textfont={"size": 15, "color": ink(dark)},
            name=stage_label(stage),
            customdata=[[chart_text(p.name), humanised(p.seconds)] for _, p in stage_points],
            hovertemplate=(
                f"%{{customdata[0]}}<br>{measure} %{{y:.4f}}<br>%{{customdata[1]}} per query"
                "<extra></extra>"
            ),
        )
    weighted = [(p, p.by_searches) for p in points if p.by_searches is not None]
    if weighted:
        chart.add_scatter(
            x=[seconds for _, (seconds, _) in weighted],
            y=[value for _, (_, value) in weighted],
            mode="markers",
            marker={
                "size": 11,
                "symbol": "diamond-open",
                "color": [stage_colour(p.stage, dark) for p, _ in weighted],
                "line": {"width": 2},
            },
            name="by searches",
            customdata=[
                [chart_text(f"{p.number} {p.name}"), humanised(s)] for p, (s, _) in weighted
            ],
            hovertemplate=(
                f"%{{customdata[0]}}, by searches<br>{measure} %{{y:.4f}}<br>%{{customdata[1]}} "
                "per search<extra></extra>"
            ),
        )
    times = [p.seconds for p in points] + [seconds for _, (seconds, _) in weighted]
    low, high = min(times), max(times)
    ticks = [t for t in _TICKS if low / 2.5 <= t <= high * 2.5]
    chart.update_layout(**plot_layout(dark, height=400, margin={"l": 8, "r": 16, "t": 48, "b": 8}))
    chart.update_xaxes(
        type="log",
        range=[math.log10(low) - 0.18, math.log10(high) + 0.18],
        tickvals=ticks,
        ticktext=[humanised(t).replace(".0 s", " s") for t in ticks],
        title_text="time per query, mean (logarithmic)",
    )
    values = [p.value for p in points] + [value for _, (_, value) in weighted]
    margin = max(0.02, (max(values) - min(values)) * 0.18)
    chart.update_yaxes(
        title_text=measure,
        range=[min(values) - margin, max(values) + margin],
        **axis_ticks(min(values) - margin, max(values) + margin),
    )
    return chart


def label_sides(points: Sequence[ParetoPoint]) -> list[str]:
    """Where each number stands beside its point, so that none covers another or a point."""
    if not points:
        return []
    xs = [math.log10(p.seconds) for p in points]
    ys = [p.value for p in points]
    wide, high = max(max(xs) - min(xs), 0.1), max(max(ys) - min(ys), 0.02)
    places = [
        (_WIDTH * (x - min(xs)) / wide, _HEIGHT * (y - min(ys)) / high)
        for x, y in zip(xs, ys, strict=True)
    ]
    label_boxes = list(places)
    sides = []
    for x, y in places:
        room: dict[str, float] = {
            side: min(math.dist((x + dx, y + dy), other) for other in label_boxes)
            for side, (dx, dy) in _SIDES.items()
        }
        widest = max(room, key=lambda side: room[side])
        best = next((side for side, free in room.items() if free >= _FREE), widest)
        dx, dy = _SIDES[best]
        label_boxes.append((x + dx, y + dy))
        sides.append(best)
    return sides


def quality_pareto(
    points: Sequence[ParetoPoint],
    frontier: Sequence[int],
    *,
    measure: str,
    dark: bool,
    key: str,
) -> None:
    """Draw the picture; filled points are on the frontier."""
    points_text = "; ".join(f"{p.number} {p.name}: {_words(p)}" for p in points)
    chart_view(
        partial(figure, points, frontier, measure=measure),
        dark=dark,
        key=key,
        title=f"{measure} against time per query",
        alt=f"{measure} against time per query: {points_text}",
    )
