"""The map of a corpus' embeddings, on which a query and its candidates light up by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import grid, ink, muted, plot_layout, stage_colour, stage_label
from components.common.wording import counted, shortened
from engine.types import Floats

LONGEST_LABEL = 80
SMALLEST_RING, RING_STEP = 10, 5


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A document that lights up: where it lies and its rank in every stage that lists it."""

    x: float
    y: float
    label: str
    ranks: Mapping[str, int]


def map_sentence(method: str, explained: float, shown: int, documents: int) -> str:
    """What the two axes are, and how much of the truth they tell."""
    if method == "PCA":
        sentence = (
            f"The two principal axes of the bi-encoder's embeddings (PCA). They hold "
            f"{explained:.0%} of the spread: what lies close here may be far apart in the rest."
        )
    else:
        sentence = (
            "A UMAP of the bi-encoder's embeddings: neighbours mostly stay neighbours, distances "
            "between groups mean little."
        )
    if shown < documents:
        sentence += f" {shown:,} of {counted(documents, 'document')} are drawn, at even distances."
    return sentence


def embedding_map(
    points: Floats,
    labels: Sequence[str],
    lit: Sequence[MapPoint],
    stages: Sequence[str],
    query: tuple[float, float] | None,
    *,
    dark: bool,
    key: str,
) -> None:
    """Draw all points, the lit ones with a ring for each stage, and the query."""
    chart_view(
        partial(map_figure, points, labels, lit, stages, query),
        dark=dark,
        key=key,
        config={"displayModeBar": False, "scrollZoom": False},
        title="Map of the embeddings",
        alt=(
            f"A map of {counted(len(points), 'document')}"
            + (f"; marked by stage: {counted(len(lit), 'candidate')} of the query" if lit else "")
        ),
    )


def map_figure(
    points: Floats,
    labels: Sequence[str],
    lit: Sequence[MapPoint],
    stages: Sequence[str],
    query: tuple[float, float] | None,
    *,
    dark: bool,
) -> go.Figure:
    """Grey dots; rings that grow by stage, so that a document that all list has them all."""
    chart = go.Figure()
    chart.add_scatter(
        x=points[:, 0].tolist(),
        y=points[:, 1].tolist(),
        mode="markers",
        name="other documents" if lit else "documents",
        marker={"size": 5, "color": muted(dark), "opacity": 0.35 if lit else 0.55},
        text=[_label(label) for label in labels],
        hovertemplate="%{text}<extra></extra>",
    )
    for number, stage in enumerate(stages):
        points_of_stage = [point for point in lit if stage in point.ranks]
        chart.add_scatter(
            x=[point.x for point in points_of_stage],
            y=[point.y for point in points_of_stage],
            mode="markers",
            name=stage_label(stage),
            marker={
                "symbol": "circle-open",
                "size": SMALLEST_RING + RING_STEP * number,
                "color": stage_colour(stage, dark),
                "line": {"width": 2.5},
            },
            text=[f"{_label(point.label)}<br>{_ranks(point, stages)}" for point in points_of_stage],
            hovertemplate="%{text}<extra></extra>",
        )
    if query is not None:
        chart.add_scatter(
            x=[query[0]],
            y=[query[1]],
            mode="markers+text",
            name="query",
            text=["query"],
            textposition="top center",
            textfont={"color": ink(dark), "size": 13},
            marker={
                "symbol": "star",
                "size": 16,
                "color": ink(dark),
                "line": {"width": 1, "color": grid(dark)},
            },
            hovertemplate="the query<extra></extra>",
            showlegend=False,
        )
    chart.update_layout(
        **plot_layout(dark, height=520, margin={"l": 8, "r": 8, "t": 36, "b": 8}),
    )
    chart.update_layout(legend={"itemsizing": "trace"})
    bare = {"showticklabels": False, "showgrid": False, "zeroline": False}  # distances alone count
    chart.update_xaxes(title_text="first axis of the map", **bare)
    chart.update_yaxes(title_text="second axis", scaleanchor="x", scaleratio=1, **bare)
    return chart


def _label(text: str) -> str:
    """A title for a hover box, which knows some HTML: nothing of the text is markup."""
    line = " ".join(text.split())
    return chart_text(shortened(line, LONGEST_LABEL))


def _ranks(point: MapPoint, stages: Sequence[str]) -> str:
    return ", ".join(f"{stage_label(s)} #{point.ranks[s]}" for s in stages if s in point.ranks)
