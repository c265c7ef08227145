"""Recall of approximate search over efSearch, query by query, and what it missed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.common.export.chart_view import chart_view
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


def recall_verdict(recalls: Sequence[tuple[int, float]], *, links: int, k: int) -> str:
    """From which efSearch on hardly a neighbour is missed; `recalls` are (efSearch, mean)."""
    first_breadth, first = recalls[0]
    enough = next(((breadth, mean) for breadth, mean in recalls if mean >= 0.999), None)
    if enough is None:
        breadth, best = max(recalls, key=lambda pair: pair[1])
        return f"With M = {links} recall@{k} reaches {best:.3f} at efSearch {breadth}"
    breadth, mean = enough
    if breadth == first_breadth:
        return (
            f"With M = {links} hardly a neighbour is missed: recall@{k} is "
            f"{first:.4f} at efSearch {first_breadth} already"
        )
    return (
        f"With M = {links} efSearch {breadth} finds practically all: "
        f"recall@{k} {mean:.4f}, at {first_breadth} it is {first:.3f}"
    )


def comparison_sentence(
    queries: int, *, own: bool, vectors: int, exact_seconds: float, k: int
) -> str:
    """What was compared: the corpus' `own` queries, or the openings of documents."""
    compared = (
        f"{counted(queries, 'query', 'queries')} of the corpus"
        if own
        else f"The openings of {counted(queries, 'document')}, for want of queries"
    )
    return (
        f"{compared} against {vectors:,} vectors; exact search takes "
        f"{milliseconds(exact_seconds)}. FAISS keeps at least {k} candidates for {k} results, so "
        f"that a smaller efSearch means {k}. A text that ties with the last exact neighbour "
        "counts as found."
    )


def missed_sentence(
    breadth: int, *, imperfect: int, queries: int, missed: int, relevant: int, k: int
) -> str:
    """How many of the `queries` lost a neighbour, and how many relevant documents these were."""
    return (
        f"At efSearch {breadth}, {imperfect} of {counted(queries, 'query', 'queries')} lost at "
        f"least one of their {k} neighbours; {missed} of the {relevant} relevant documents among "
        "those neighbours were missed."
    )


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
    points = "; ".join(
        f"efSearch {ef}: {float(np.mean(values)):.3f}" for ef, values in recall.items()
    )
    chart_view(
        partial(figure, recall, seconds, exact_seconds, k=k),
        dark=dark,
        key=key,
        title=f"Recall@{k} of an approximate index",
        alt=f"Mean recall@{k} against exact search. {points}",
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
    ann_colour, exact_colour = stage_colour(HYBRID, dark), stage_colour(BI_ENCODER, dark)
    breadths = list(recall)
    for breadth, values in recall.items():
        recalls, counts = np.unique(np.round(values, 6), return_counts=True)
        chart.add_scatter(
            x=[breadth] * len(recalls),
            y=recalls.tolist(),
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
        line={"color": ann_colour, "width": 3},
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
        line={"color": ann_colour, "width": 3},
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
        line={"color": exact_colour, "width": 2, "dash": "dash"},
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
        TableColumn("Query", words=True),
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
