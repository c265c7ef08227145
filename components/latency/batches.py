"""Pairs a second and peak memory over batch settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, muted, plot_layout, stage_colour
from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types import CROSS_ENCODER

MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One setting: its limit in words, what it gave, and whether it is in use or the best.

    `peak` and `rise` are bytes, None where the system does not tell.
    """

    limit: str
    by_size: bool
    pairs_per_second: float
    batches: int
    padding: float
    peak: int | None
    rise: int | None
    in_use: bool
    best: bool

    @property
    def tag(self) -> str:
        marks = [word for word, holds in (("best", self.best), ("in use", self.in_use)) if holds]
        return ", ".join(marks)


def batch_chart(rows: Sequence[BatchRow], *, dark: bool, key: str) -> None:
    """Draw a bar a setting, sizes and token budgets in two groups."""
    series = "; ".join(f"{row.limit}: {row.pairs_per_second:,.0f} pairs a second" for row in rows)
    chart_view(
        partial(figure, rows),
        dark=dark,
        key=key,
        title="Pairs per second by batch setting",
        alt=f"Pairs per second by batch setting: {series}",
    )


def figure(rows: Sequence[BatchRow], *, dark: bool) -> go.Figure:
    """Bars of pairs per second with the figure beside each; the best one is full in colour."""
    colour, pale = stage_colour(CROSS_ENCODER, dark), muted(dark)
    names = [f"{row.limit} <b>{row.tag}</b>" if row.tag else row.limit for row in rows]
    chart = go.Figure(
        go.Bar(
            orientation="h",
            x=[row.pairs_per_second for row in rows],
            y=list(range(len(rows))),
            marker={
                "color": [colour if row.best else pale for row in rows],
                "opacity": [1.0 if row.best else 0.75 if row.in_use else 0.45 for row in rows],
            },
            text=[f" {rate_words(row.pairs_per_second)} " for row in rows],
            textposition="outside",
            textfont={"size": 13, "color": ink(dark)},
            cliponaxis=False,
            width=0.66,
            customdata=[[row.limit, rate_words(row.pairs_per_second)] for row in rows],
            hovertemplate="%{customdata[0]}: %{customdata[1]} pairs/s<extra></extra>",
        )
    )
    chart.update_layout(**plot_layout(dark, height=70 + 30 * len(rows)))
    chart.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=names,
        range=[len(rows) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        tickfont={"color": ink(dark), "size": 13},
    )
    highest_rate = max((row.pairs_per_second for row in rows), default=1.0)
    chart.update_xaxes(
        title_text="pairs per second", range=[0, highest_rate * 1.12], tickformat=","
    )
    return chart


def batch_table(rows: Sequence[BatchRow], *, passes: str, key: str) -> None:
    """Draw a row for each setting."""
    columns = [
        TableColumn("A batch holds at most"),
        TableColumn("Pairs per second", passes),
        TableColumn("Batches"),
        TableColumn("Padding", "share of the tokens that are filling"),
        TableColumn("Peak memory", "resident, the whole process"),
        TableColumn("Rise", "peak beyond what was held before"),
    ]
    cells = [
        [
            TableCell(row.limit, tag=row.tag),
            TableCell(rate_words(row.pairs_per_second)),
            TableCell(f"{row.batches:,}"),
            TableCell(f"{row.padding:.0%}"),
            TableCell(megabytes(row.peak)),
            TableCell(megabytes(row.rise)),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Batch settings, speed and memory", key=key)


def megabytes(value: int | None) -> str:
    """Bytes as megabytes (10^6), or that they are not known."""
    return "not told" if value is None else f"{value / MEGABYTE:,.0f} MB"


def rate_words(rate: float) -> str:
    """Pairs a second: one decimal below ten."""
    return f"{rate:,.1f}" if rate < 9.95 else f"{rate:,.0f}"
