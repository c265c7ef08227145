"""Recall of approximate search over efSearch, query by query, and what it missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from components.common.palette import muted, plot_layout, stage_colour
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, milliseconds
from engine.types import BI_ENCODER, HYBRID


@dataclass(frozen=True, slots=True)
class MissedRow:
    """A relevant document that the approximate search lacks, in words."""

    query: str
    title: str
    doc_id: str
    grade: str
    rank: int


def ann_chart(
    recall: Mapping[int, Sequence[float]],
    seconds: Mapping[int, float],
    exact_seconds: float,
    *,
    k: int,
    dark: bool,
    key: str,
) -> None:
    """Draw recall of every query and their mean above the time of a search, over efSearch."""
    said = "; ".join(
        f"efSearch {ef}: {float(np.mean(values)):.3f}" for ef, values in recall.items()
    )
    st.plotly_chart(
        figure(recall, seconds, exact_seconds, k=k, dark=dark),
        theme=None,
        key=key,
        config={"displayModeBar": False},
        alt=f"Mean recall@{k} against exact search. {said}",
    )


def figure(
    recall: Mapping[int, Sequence[float]],
    seconds: Mapping[int, float],
    exact_seconds: float,
    *,
    k: int,
    dark: bool,
) -> go.Figure:
    """Dots are queries, the line their mean; below, a search in ms with the exact one dashed."""
    chart = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08, row_heights=[0.64, 0.36]
    )
    colour, grey = stage_colour(HYBRID, dark), stage_colour(BI_ENCODER, dark)
    breadths = list(recall)
    for breadth, values in recall.items():
        known, counts = np.unique(np.round(values, 6), return_counts=True)
        chart.add_scatter(
            x=[breadth] * len(known),
            y=known.tolist(),
            mode="markers",
            marker={
                "color": muted(dark),
                "opacity": 0.55,
                "size": [5 + 18 * math.sqrt(count / len(values)) for count in counts],
            },
            text=[f"{count} of {counted(len(values), 'query', 'queries')}" for count in counts],
            hovertemplate="efSearch %{x}, recall %{y:.2f}: %{text}<extra></extra>",
            name="queries, the larger the more",
            showlegend=breadth == breadths[0],
            row=1,
            col=1,
        )
    chart.add_scatter(
        x=breadths,
        y=[float(np.mean(values)) for values in recall.values()],
        mode="lines+markers",
        line={"color": colour, "width": 3},
        marker={"size": 9},
        name="mean of all queries",
        hovertemplate="efSearch %{x}: mean %{y:.4f}<extra></extra>",
        row=1,
        col=1,
    )
    chart.add_scatter(
        x=breadths,
        y=[1_000 * seconds[breadth] for breadth in breadths],
        mode="lines+markers",
        line={"color": colour, "width": 3},
        marker={"size": 8},
        showlegend=False,
        hovertemplate="efSearch %{x}: %{y:.3f} ms<extra></extra>",
        row=2,
        col=1,
    )
    chart.add_scatter(
        x=breadths,
        y=[1_000 * exact_seconds] * len(breadths),
        mode="lines",
        line={"color": grey, "width": 2, "dash": "dash"},
        name=f"exact search, {milliseconds(exact_seconds)}",
        hovertemplate="exact: %{y:.3f} ms<extra></extra>",
        row=2,
        col=1,
    )
    layout = plot_layout(dark, height=470, margin={"l": 8, "r": 12, "t": 44, "b": 8})
    x, y = layout.pop("xaxis"), layout.pop("yaxis")
    chart.update_layout(**layout)
    chart.update_xaxes(**x)
    chart.update_yaxes(**y)
    chart.update_xaxes(
        type="log", tickvals=breadths, ticktext=[str(breadth) for breadth in breadths]
    )
    chart.update_xaxes(title_text="efSearch: candidates that a search keeps", row=2, col=1)
    lowest = min((min(values) for values in recall.values()), default=0.0)
    chart.update_yaxes(
        title_text=f"recall@{k}", range=[min(0.88, lowest) - 0.04, 1.04], row=1, col=1
    )
    chart.update_yaxes(title_text="ms a search", rangemode="tozero", nticks=5, row=2, col=1)
    return chart


def missed_table(rows: Sequence[MissedRow], *, k: int, key: str) -> None:
    """Draw a row for each relevant document that was missed."""
    columns = [
        TableColumn("Missed document"),
        TableColumn("Query"),
        TableColumn("Judged"),
        TableColumn("Exact rank", f"among the {k} nearest"),
    ]
    cells = [
        [
            TableCell(row.doc_id, note=row.title),
            TableCell(row.query),
            TableCell(row.grade),
            TableCell(str(row.rank)),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Relevant documents that HNSW missed", key=key)
