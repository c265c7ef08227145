"""Every layer and head at a glance: how much attention crosses between the two texts."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.common import palette
from components.common.export.chart_view import chart_view
from engine.types import Floats

Choice = tuple[int, int]


def heads_overview(
    grid: Floats, *, layer: int | None, head: int | None, dark: bool, key: str
) -> Choice | None:
    """Draw the (layers, heads) grid; returns the 0-based (layer, head) just clicked, or None.

    The choice that is shown is outlined: one cell, a whole row, a whole column, or
    everything. On screen layers and heads count from 1. A click counts once: the chart's
    key holds the choice, so it starts afresh when the page adopts the click.
    """
    state: Any = chart_view(
        partial(figure, grid, layer=layer, head=head),
        dark=dark,
        key=f"{key}-{layer}-{head}",
        on_select="rerun",
        selection_mode="points",
        title="Which heads look across",
        alt=spoken(grid),
    )
    clicked = _clicked(state)
    return clicked if clicked != (layer, head) else None


def spoken(grid: Floats) -> str:
    """What the overview shows, for those who hear it."""
    layers, heads = grid.shape
    size = f"Heat map of the share of attention that crosses, {layers} layers by {heads} heads"
    if not grid.size:
        return f"{size}."
    layer, head = (int(i) for i in np.unravel_index(int(grid.argmax()), grid.shape))
    return f"{size}. Highest: layer {layer + 1}, head {head + 1}, {grid[layer, head]:.1%}."


def figure(grid: Floats, *, layer: int | None, head: int | None, dark: bool) -> go.Figure:
    """The grid as a Plotly figure; unseen square markers over the cells take the clicks."""
    layers, heads = grid.shape
    numbers = {"x": list(range(1, heads + 1)), "y": list(range(1, layers + 1))}
    heat = go.Heatmap(
        z=grid,
        **numbers,
        xgap=2,
        ygap=2,
        zmin=0.0,
        zmax=float(grid.max()) if grid.size and grid.max() > 0 else 1.0,
        colorscale=palette.sequential(dark),
        colorbar=palette.colour_bar("share that crosses"),
        hoverinfo="skip",
    )
    rows, columns = np.indices(grid.shape)
    targets = go.Scatter(
        x=columns.ravel() + 1,
        y=rows.ravel() + 1,
        mode="markers",
        marker={"symbol": "square", "size": 20, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=grid.ravel(),
        hovertemplate="layer %{y}, head %{x}<br>%{customdata:.1%} crosses<extra></extra>",
        showlegend=False,
    )
    chart = go.Figure([heat, targets])
    chart.update_layout(
        **palette.plot_layout(
            dark,
            height=90 + 24 * layers,
            margin={"l": 8, "r": 8, "t": 12, "b": 8},
            dragmode=False,
            hovermode="closest",
            hoverdistance=30,
            shapes=[_outline(layer, head, layers, heads, dark)],
        )
    )
    ticks = {"tickmode": "linear", "tick0": 1, "dtick": 1, "tickangle": 0}
    still = {"showgrid": False, "zeroline": False, "fixedrange": True}
    chart.update_xaxes(title_text="head", range=[0.4, heads + 0.6], **ticks, **still)
    chart.update_yaxes(title_text="layer", range=[layers + 0.6, 0.4], **ticks, **still)
    return chart


def _outline(
    layer: int | None, head: int | None, layers: int, heads: int, dark: bool
) -> dict[str, Any]:
    """A frame around what is averaged: rows and columns that are None span the grid."""
    top, bottom = (1, layers) if layer is None else (layer + 1, layer + 1)
    left, right = (1, heads) if head is None else (head + 1, head + 1)
    return {
        "type": "rect",
        "x0": left - 0.5,
        "x1": right + 0.5,
        "y0": top - 0.5,
        "y1": bottom + 0.5,
        "line": {"color": palette.stage_colour("cross-encoder", dark), "width": 3},
    }


def _clicked(state: Any) -> Choice | None:
    points = state["selection"]["points"] if state else []
    if not points:
        return None
    return int(points[-1]["y"]) - 1, int(points[-1]["x"]) - 1
