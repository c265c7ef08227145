"""How searching and building grow with the number of vectors, measured and extrapolated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, muted, plot_layout, stage_colour
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted, humanised
from engine.types import BI_ENCODER, CROSS_ENCODER, HYBRID

EXACT, ANN, BUILD, CROSS = "exact", "ann", "build", "cross"
_STAGES = {EXACT: BI_ENCODER, ANN: HYBRID, CROSS: CROSS_ENCODER}
_SYMBOLS = {EXACT: "circle", ANN: "diamond", BUILD: "square", CROSS: "triangle-up"}
MILLION = 1_000_000
_SECONDS = tuple(10.0**power for power in range(-7, 7))


class Series(Protocol):
    """Measured (n, seconds), and a fitted curve as points; dashed where beyond the measured.

    `label` names it with its exponent, `kind` gives colour and symbol.
    """

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def measured(self) -> Sequence[tuple[int, float]]: ...

    @property
    def curve(self) -> Sequence[tuple[float, float]]: ...


class Scaling(Protocol):
    """What was searched: the corpus' own vectors, the queries, and the graph of the index."""

    @property
    def own(self) -> int: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def queries(self) -> int: ...

    @property
    def links(self) -> int: ...

    @property
    def breadth(self) -> int: ...


@dataclass(frozen=True, slots=True)
class SizeRow:
    """Both indexes at one size; bytes and seconds."""

    vectors: int
    synthetic: int
    exact: float
    ann: float
    build: float
    exact_bytes: int
    ann_bytes: int
    recall: float


def index_scaling_chart(series: Sequence[Series], *, own: int, dark: bool, key: str) -> None:
    """Draw seconds over vectors, both logarithmic; a line marks where synthetic ones begin."""
    values = "; ".join(
        f"{s.label}: {humanised(s.measured[-1][1])} at {s.measured[-1][0]:,}"
        for s in series
        if s.measured
    )
    chart_view(
        partial(figure, series, own=own),
        dark=dark,
        key=key,
        title="Search time by number of vectors",
        alt=f"Seconds over the number of vectors. {values}",
    )


def figure(series: Sequence[Series], *, own: int, dark: bool) -> go.Figure:
    """Points are measured; a solid line is the fit among them, a dashed one beyond them."""
    chart = go.Figure()
    for each in series:
        stage = _STAGES.get(each.kind)
        colour = stage_colour(stage, dark) if stage else muted(dark)
        chart.add_scatter(
            x=[n for n, _ in each.measured],
            y=[s for _, s in each.measured],
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": _SYMBOLS[each.kind]},
            name=each.label,
            text=[humanised(s) for _, s in each.measured],
            hovertemplate="%{x:,} vectors: %{text}, measured<extra>%{fullData.name}</extra>",
        )
        last = max((n for n, _ in each.measured), default=0)
        first = min((n for n, _ in each.curve), default=0)
        for dashed in (False, True):
            part = [(n, s) for n, s in each.curve if (n >= last if dashed else first <= n <= last)]
            if len(part) < 2:
                continue
            chart.add_scatter(
                x=[n for n, _ in part],
                y=[s for _, s in part],
                mode="lines",
                line={"color": colour, "width": 2.5, "dash": "dash" if dashed else "solid"},
                showlegend=False,
                text=[humanised(s) for _, s in part],
                hovertemplate="%{x:,.0f}: %{text}, "
                + ("extrapolated" if dashed else "fitted")
                + "<extra></extra>",
                name=f"{each.label}, {'extrapolated' if dashed else 'fitted'}",
            )
    chart.update_layout(**plot_layout(dark, height=440, margin={"l": 8, "r": 12, "t": 60, "b": 8}))
    values = [s for each in series for _, s in (*each.measured, *each.curve) if s > 0] or [1.0]
    sizes = [n for each in series for n, _ in (*each.measured, *each.curve)] or [1]
    low, high = math.log10(min(values)) - 0.3, math.log10(max(values)) + 0.3
    chart.update_yaxes(
        type="log",
        range=[low, high],
        tickvals=list(_SECONDS),
        ticktext=[_tick(second) for second in _SECONDS],
        title_text="time, logarithmic",
    )
    ticks = [10**power for power in range(8) if 10**power <= max(sizes) * 1.5]
    chart.update_xaxes(
        type="log",
        range=[-0.15, math.log10(max(sizes)) + 0.1],
        tickvals=ticks,
        ticktext=[f"{tick:,}" for tick in ticks],
        title_text="vectors (pairs for the cross-encoder), logarithmic",
    )
    if own < max(sizes):
        chart.add_vline(x=own, line={"color": ink(dark), "width": 1.2, "dash": "dot"})
        chart.add_annotation(
            x=math.log10(max(own, 1)),
            y=0.02,
            yref="paper",
            text=f" beyond {own:,}: synthetic vectors",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            font={"size": 12, "color": muted(dark)},
        )
    return chart


def _tick(seconds: float) -> str:
    """A power of ten in its own unit: "10 µs", "100 ms", "1,000 s"."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size * 0.999:
            return f"{round(seconds / size):,} {unit}"
    return f"{round(seconds / 1e-9):,} ns"


def beyond_cache_sentence(largest: int, *, dimensions: int) -> str:
    """What an extrapolation from `largest` vectors cannot know; "" from a million on."""
    if largest >= MILLION:
        return ""
    size = amount(4 * dimensions * MILLION)
    return f" A million vectors fill {size}, more than a processor's cache: expect more time."


def scaling_sentence(scaling: Scaling, *, synthetic: bool) -> str:
    """What was searched, whether beyond the corpus' own vectors, and how often."""
    beyond = (
        " Beyond them the vectors are synthetic: a corpus vector plus seeded Gaussian noise of "
        "half its length, brought back to length 1. They lie in clumps around the real ones, where "
        "a graph loses its way more easily than among as many real documents: their recall is "
        "no promise for a real corpus of that size."
        if synthetic
        else ""
    )
    return (
        f"The corpus has {scaling.own:,} vectors of {scaling.dimensions} dimensions.{beyond} "
        "Each search is the median of "
        f"{counted(scaling.queries, 'query', 'queries')}, twice each, 10 "
        f"results; HNSW with M = {scaling.links} and efSearch = {scaling.breadth}. Curves are "
        "fitted to 1,000 vectors and more (± is the largest miss), and dashed where they go "
        "beyond what was measured."
    )


def size_table(rows: Sequence[SizeRow], *, breadth: int, key: str) -> None:
    """Draw a row for each measured size."""
    columns = [
        TableColumn("Vectors"),
        TableColumn("Exact search", "FAISS flat, median"),
        TableColumn("HNSW search", f"efSearch {breadth}, median"),
        TableColumn("HNSW recall@10", "against the exact search"),
        TableColumn("HNSW build", "all vectors up to here"),
        TableColumn("Memory, exact", "the vectors"),
        TableColumn("Memory, HNSW", "vectors and links"),
    ]
    cells = [
        [
            TableCell(
                f"{row.vectors:,}",
                note=f"{row.synthetic:,} of them synthetic" if row.synthetic else "the corpus' own",
            ),
            TableCell(short(row.exact)),
            TableCell(short(row.ann)),
            TableCell(f"{row.recall:.3f}"),
            TableCell(short(row.build)),
            TableCell(amount(row.exact_bytes)),
            TableCell(amount(row.ann_bytes)),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Exact and approximate search by size", key=key)


def short(seconds: float) -> str:
    """A duration down to microseconds."""
    return f"{seconds * 1e6:,.0f} µs" if seconds < 1e-4 else humanised(seconds)


def amount(count: float) -> str:
    """Bytes in the unit a person would choose, powers of ten: "1.5 GB"."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            value = count / size
            return f"{value:.1f} {unit}" if value < 9.95 else f"{value:,.0f} {unit}"
    return f"{count:,.0f} B"
