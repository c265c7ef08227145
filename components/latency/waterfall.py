"""A waterfall of one search: every step, when it ran and what it took."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from components.common.export.chart_view import chart_view
from components.common.palette import grid, ink, plot_layout, stage_colour, stage_label
from components.common.stage_bars import StageBar, stage_bars
from components.common.wording import humanised, milliseconds
from engine.types import SearchTrace

LETTER = 13  # px
_ROW = 30  # px of height
_SIGN = 0.48  # width of a sign, in letter sizes
_WIDTH = 860  # px of the bars' part of the chart at 1280 px
_LEAST_MS = 0.01  # where a logarithmic axis begins; a shorter step is drawn this long


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: where it starts and how long it is, in milliseconds."""

    name: str
    stage: str
    start: float
    length: float
    text: str
    hover: str
    cached: bool


def bars(trace: SearchTrace) -> list[Bar]:
    """The steps in the order they ran, end to end, and "other" as the last."""
    bar_list: list[Bar] = []
    start = 0.0
    for step in trace.timings:
        length = step.seconds * 1_000
        text = milliseconds(step.seconds) + (" · cached" if step.cached else "")
        name = f"{stage_label(step.stage)} · {step.step}"
        hover = f"{step.n_in:,} in, {step.n_out:,} out"
        if step.measured_seconds:
            text += f", {humanised(step.measured_seconds)} when read"
        bar_list.append(Bar(name, step.stage, start, length, text, hover, step.cached))
        start += length
    other = trace.other_seconds
    hover = "time that no step explains"
    bar_list.append(Bar("other", "other", start, other * 1_000, milliseconds(other), hover, False))
    return bar_list


def figure(trace: SearchTrace, *, dark: bool, log: bool = False) -> go.Figure:
    """Bars end to end on a linear axis; with `log`, from a common start, by length alone."""
    bar_list = bars(trace)
    colours = [stage_colour(bar.stage, dark) for bar in bar_list]
    rows = list(range(len(bar_list)))
    chart = go.Figure(
        go.Bar(
            orientation="h",
            y=rows,
            x=[max(bar.length, _LEAST_MS) if log else bar.length for bar in bar_list],
            base=None if log else [bar.start for bar in bar_list],
            text=[f" {bar.text} " for bar in bar_list],
            textposition="outside",
            textfont={"color": ink(dark), "size": LETTER},
            cliponaxis=False,
            constraintext="none",
            width=0.62,
            marker={
                "color": colours,
                "line": {"color": colours, "width": 2},
                "pattern": {
                    "shape": ["/" if bar.cached else "" for bar in bar_list],
                    "fillmode": "replace",
                    "size": 6,
                },
            },
            customdata=[[bar.name, bar.text, bar.hover] for bar in bar_list],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]}"
            "<br>%{customdata[2]}<extra></extra>",
        )
    )
    layout = plot_layout(dark)
    chart.update_layout(
        **layout
        | {
            "height": 90 + _ROW * len(bar_list),
            "showlegend": False,
            "bargap": 0.3,
        },
    )
    chart.update_yaxes(
        tickvals=rows,
        ticktext=[bar.name for bar in bar_list],
        range=[len(bar_list) - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
        tickfont={"color": ink(dark), "size": LETTER},
        ticklabelstandoff=8,
    )
    _axis(chart, bar_list, log=log)
    if not log:
        _joints(chart, bar_list, grid(dark))
    return chart


def waterfall(trace: SearchTrace, *, dark: bool, log: bool = False, key: str) -> None:
    """Draw the waterfall of a search; `log` makes short steps comparable beside long ones."""
    if not trace.timings:
        st.info("No search has run yet, so there is nothing to time.")
        return
    alt = "; ".join(f"{bar.name} {bar.text}" for bar in bars(trace))
    chart_view(
        partial(figure, trace, log=log),
        dark=dark,
        key=key,
        title="Waterfall of a search",
        alt=f"Waterfall of a search: {alt}",
    )


def stage_waterfall(trace: SearchTrace, *, key: str) -> None:
    """Draw the waterfall for a room, on a linear axis."""
    bar_list = bars(trace)
    latest_end = max((bar.start + bar.length for bar in bar_list), default=0.0)
    stage_bars(
        [
            StageBar(bar.name, bar.stage, bar.start, bar.length, bar.text, hatched=bar.cached)
            for bar in bar_list
        ],
        caption="Waterfall of a search",
        ends=("0", milliseconds(latest_end / 1_000)),
        most=latest_end,
        key=key,
    )


def _room_for_words(bar_list: list[Bar]) -> float:
    """Milliseconds that the axis must show so that the words beside every bar are whole."""
    shares = [min(_SIGN * LETTER * len(bar.text) / _WIDTH, 0.6) for bar in bar_list]
    return max(
        (bar.start + bar.length) / (1 - share) for bar, share in zip(bar_list, shares, strict=True)
    )


def _axis(chart: go.Figure, bar_list: list[Bar], *, log: bool) -> None:
    """Time in milliseconds, with room beyond the bars for their words."""
    if log:
        title = "duration of the step in ms, logarithmic; bars share one start"
        longest = max(max(bar.length for bar in bar_list), 1.0)
        ticks = [0.01, 0.1, 1, 10, 100, 1_000, 10_000, 100_000]
        chart.update_xaxes(
            type="log",
            range=[-2, math.log10(longest) + 0.7],
            tickvals=ticks,
            ticktext=[f"{tick:,g}" for tick in ticks],
            title_text=title,
        )
    else:
        title = "ms since the search began"
        chart.update_xaxes(
            range=[0, max(_room_for_words(bar_list), 0.1)], title_text=title, tickformat=","
        )


def _joints(chart: go.Figure, bar_list: list[Bar], colour: str) -> None:
    for row, bar in enumerate(bar_list[:-1]):
        end = bar.start + bar.length
        line: dict[str, Any] = {"color": colour, "width": 1}
        chart.add_shape(type="line", x0=end, x1=end, y0=row, y1=row + 1, line=line, layer="below")
