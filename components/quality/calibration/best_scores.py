"""One ranker's best score for each query, those with an answer above those without."""

from __future__ import annotations

import random
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import ink, muted, plot_layout, stage_colour, stage_label
from components.common.wording import score_kind, score_text
from engine.types.calibration.separation import Separation

ROWS = ((True, "with an answer"), (False, "without"))
SEED, SPREAD = 7, 0.34


def figure(separation: Separation, floor: float | None, *, dark: bool) -> go.Figure:
    """A point for each query, its text on hover; the floor as a line where there is one."""
    chart = go.Figure()
    scatter = random.Random(SEED)
    for place, (is_answerable, name) in enumerate(ROWS):
        best = [each for each in separation.best if each.answerable == is_answerable]
        chart.add_scatter(
            x=[each.score for each in best],
            y=[place + scatter.uniform(-SPREAD, SPREAD) for _ in best],
            mode="markers",
            marker={
                "size": 10,
                "symbol": "circle" if is_answerable else "x",
                "color": stage_colour(separation.stage, dark) if is_answerable else muted(dark),
                "opacity": 0.8,
            },
            text=[
                chart_text(f"{each.text}: {score_text(separation.stage, each.score)}")
                + "".join(f"<br>{chart_text(tag)}" for tag in each.tags)
                for each in best
            ],
            hovertemplate="%{text}<extra></extra>",
            name=f"{name} ({len(best):,})",
        )
    if floor is not None:
        chart.add_vline(
            x=floor,
            line={"color": ink(dark), "width": 2},
            annotation={"text": "floor", "font": {"color": ink(dark), "size": 14}},
        )
    chart.update_layout(**plot_layout(dark, height=300, margin={"l": 8, "r": 16, "t": 48, "b": 8}))
    chart.update_yaxes(
        tickvals=[0, 1], ticktext=[name for _, name in ROWS], range=[1.6, -0.6], showgrid=False
    )
    chart.update_xaxes(
        title_text=f"best {score_kind(separation.stage)} of {stage_label(separation.stage)}"
    )
    return chart


def best_scores(separation: Separation, floor: float | None, *, dark: bool, key: str) -> None:
    """Draw them."""
    name = stage_label(separation.stage)
    chart_view(
        partial(figure, separation, floor),
        dark=dark,
        key=key,
        title=f"Best score of {name} for queries with an answer and without",
        alt=f"Best score of {name} for each query: {len(separation.answerable)} with an answer, "
        f"{len(separation.unanswerable)} without; AUROC {separation.auroc:.2f}",
    )
