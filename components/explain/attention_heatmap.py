"""The query × document block of the attention as a Plotly heat map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.common import palette
from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.wording import counted
from components.explain.attention_words import DIRECTION_LABELS, Direction, selection_label
from engine.types import AttentionView, Floats

MAX_LABELLED = 60  # more document units than this: only the strongest are labelled
STRONGEST = 16
FAINT = 0.15  # of the strongest column: weaker ones stay without a label
SIDE_BY_SIDE = 18  # slanted labels that fit beside each other in half a page
_LABELS_HEIGHT = 70
_LONGEST_TICK = 18


def attention_heatmap(
    view: AttentionView, *, direction: Direction, dark: bool, key: str, top: float | None = None
) -> None:
    """Draw one direction; both keep the query on y and the document on x, to compare by eye.

    Cells are shares of attention as they are, not rescaled by row; the colour bar says
    how far they reach, for the two directions differ by much. Word positions, not words,
    are the coordinates, so that a repeated word keeps its own column. `top` is the share
    at the strong end of the colours, where several maps are to be compared.
    """
    if not view.query_units or not view.doc_units:
        st.info("There is nothing to draw: the query or the document has no words.")
        return
    chart_view(
        partial(figure, view, direction=direction, top=top),
        dark=dark,
        key=key,
        title="Attention between query and document",
        alt=spoken(view, direction=direction),
    )
    if len(view.doc_units) > MAX_LABELLED:
        st.caption(
            f"{len(view.doc_units)} columns are too many to label them all (the limit is "
            f"{MAX_LABELLED}): the strongest are labelled; point at a cell to read its words, "
            "drag to zoom in, double-click to zoom out."
        )


def common_top(views: Sequence[AttentionView], *, direction: Direction) -> float:
    """The largest share in any of the views: one scale for all of them."""
    return max((_top(_shares(view, direction)) for view in views), default=1.0)


def spoken(view: AttentionView, *, direction: Direction) -> str:
    """What the heat map shows, for those who hear it: its size and its strongest cell."""
    shares = _shares(view, direction)
    unit = "word" if view.merged else "word-piece"
    size = (
        f"Heat map of attention, {DIRECTION_LABELS[direction]}, "
        f"{selection_label(view.layer, view.head)}: "
        f"{counted(shares.shape[0], f'query {unit}')} by "
        f"{counted(shares.shape[1], f'document {unit}')}"
    )
    if not np.isfinite(shares).any():
        return f"{size}."
    row, column = (int(i) for i in np.unravel_index(int(np.nanargmax(shares)), shares.shape))
    return (
        f"{size}. Strongest: query “{view.query_units[row]}” and document "
        f"“{view.doc_units[column]}”, {shares[row, column]:.1%}."
    )


def figure(
    view: AttentionView, *, direction: Direction, dark: bool, top: float | None = None
) -> go.Figure:
    """The heat map as a Plotly figure, shape (query units, document units)."""
    shares = _shares(view, direction)
    rows, columns = shares.shape
    heat = go.Heatmap(
        z=shares,
        x=list(range(columns)),
        y=list(range(rows)),
        zmin=0.0,
        zmax=_top(shares) if top is None else top,
        xgap=1 if columns <= MAX_LABELLED else 0,
        ygap=1,
        colorscale=palette.sequential(dark),
        colorbar=palette.colour_bar("share of attention"),
        customdata=_pairs(view, direction),
        hovertemplate="%{customdata}<br>%{z:.2%} of its attention<extra></extra>",
        hoverongaps=False,
    )
    chart = go.Figure(heat)
    unit = "word" if view.merged else "word-piece"
    title = f"{DIRECTION_LABELS[direction]}, {selection_label(view.layer, view.head)}"
    chart.update_layout(
        **palette.plot_layout(
            dark,
            title={"text": title.capitalize(), "font": {"size": 15}, "x": 0, "xref": "paper"},
            height=120 + _LABELS_HEIGHT + (34 if rows <= 10 else 24) * max(rows, 3),
            margin={"l": 8, "r": 96, "t": 44, "b": 8},
        )
    )
    chart.update_xaxes(
        title_text=f"document {unit}, in reading order",
        tickangle=-60 if columns > 12 else 0,
        showgrid=False,
        zeroline=False,
        **_ticks(view.doc_units, _labelled(shares)),
    )
    chart.update_yaxes(
        title_text=f"query {unit}",
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        **_ticks(view.query_units, range(rows)),
    )
    return chart


def _shares(view: AttentionView, direction: Direction) -> Floats:
    return view.query_to_doc if direction == "query_to_doc" else view.doc_to_query.T


def safe_label(text: str, longest: int = _LONGEST_TICK) -> str:
    """Text for Plotly, which reads a little HTML in labels: escaped, shortened, isolated.

    The isolates (U+2068, U+2069) keep a right-to-left word from turning its neighbours.
    """
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return f"\u2068{chart_text(short)}\u2069"


def _labelled(shares: Floats) -> list[int]:
    """The columns that get a label: all, or the strongest that keep clear of each other."""
    columns = shares.shape[1]
    if columns <= MAX_LABELLED:
        return list(range(columns))
    peaks = np.nanmax(shares, axis=0, initial=0.0)
    least_distance = -(-columns // SIDE_BY_SIDE)
    labelled_columns: list[int] = []
    for column in np.argsort(-peaks, kind="stable").tolist():
        if len(labelled_columns) == STRONGEST or peaks[column] < FAINT * peaks.max():
            break
        if all(
            abs(column - labelled_column) >= least_distance for labelled_column in labelled_columns
        ):
            labelled_columns.append(column)
    return sorted(labelled_columns)


def _ticks(units: Sequence[str], places: Sequence[int]) -> dict[str, Any]:
    return {
        "tickmode": "array",
        "tickvals": list(places),
        "ticktext": [safe_label(units[place]) for place in places],
        "ticks": "",
    }


def _pairs(view: AttentionView, direction: Direction) -> list[list[str]]:
    """What hovering says: who looks at whom, in the direction shown."""
    queries = [safe_label(unit, 60) for unit in view.query_units]
    docs = [safe_label(unit, 60) for unit in view.doc_units]
    if direction == "query_to_doc":
        return [[f"query “{q}” → document “{d}”" for d in docs] for q in queries]
    return [[f"document “{d}” → query “{q}”" for d in docs] for q in queries]


def _top(shares: Floats) -> float:
    """The largest share, or 1 where all are nothing."""
    top = float(np.nanmax(shares, initial=0.0))
    return top if top > 0 else 1.0
