"""Joules by stage, and joules beside the quality that they buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from components.common.palette import ink, plot_layout, stage_colour, stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised
from engine.types.registries.measures import NDCG


@dataclass(frozen=True, slots=True)
class WorthRow:
    """One stage's ranking with all that it needs: seconds, joules, quality, what a point costs.

    `per_point` is None where there is none, and `why` then says why.
    """

    stage: str
    seconds: float
    joules: float
    quality: float | None
    gained: float | None
    per_point: float | None
    why: str = ""


def joules_chart(joules: Mapping[str, float], *, known: str, dark: bool, key: str) -> None:
    """Draw the joules of one search by stage; `known` is "measured" or "estimated"."""
    said = "; ".join(f"{stage_label(s)} {joule_words(value)}" for s, value in joules.items())
    st.plotly_chart(
        figure(joules, known=known, dark=dark),
        theme=None,
        key=key,
        config={"displayModeBar": False},
        alt=f"Joules of a search by stage, {known}: {said}",
    )


def figure(joules: Mapping[str, float], *, known: str, dark: bool) -> go.Figure:
    """A bar a stage, labelled; hatched where the joules are an estimate."""
    stages = list(joules)
    chart = go.Figure(
        go.Bar(
            orientation="h",
            x=list(joules.values()),
            y=list(range(len(stages))),
            marker={
                "color": [stage_colour(stage, dark) for stage in stages],
                "line": {"color": [stage_colour(stage, dark) for stage in stages], "width": 2},
                "pattern": {
                    "shape": "/" if known == "estimated" else "",
                    "fillmode": "replace",
                    "size": 6,
                },
            },
            text=[f" {joule_words(value)} " for value in joules.values()],
            textposition="outside",
            textfont={"color": ink(dark), "size": 13},
            cliponaxis=False,
            width=0.62,
            customdata=[[stage_label(stage), joule_words(joules[stage])] for stage in stages],
            hovertemplate=f"%{{customdata[0]}}: %{{customdata[1]}}, {known}<extra></extra>",
        )
    )
    chart.update_layout(**plot_layout(dark, height=80 + 38 * len(stages)))
    chart.update_yaxes(
        tickvals=list(range(len(stages))),
        ticktext=[stage_label(stage) for stage in stages],
        range=[len(stages) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        tickfont={"color": ink(dark), "size": 13},
    )
    most = max(joules.values(), default=1.0) or 1.0
    chart.update_xaxes(title_text=f"joules a search, {known}", range=[0, most * 1.15])
    return chart


def worth_table(
    rows: Sequence[WorthRow], *, known: str, baseline: str, judged: str, key: str
) -> None:
    """Draw a row for each ranking: what it takes and what it brings."""
    columns = [
        TableColumn("Ranking", "with all that it needs"),
        TableColumn("Time", "mean of the searches"),
        TableColumn("Joules", known),
        TableColumn(NDCG.name, judged),
        TableColumn(f"Gained over {stage_label(baseline)}", "in points of 0.01"),
        TableColumn("Joules per point", f"more than {stage_label(baseline)}, per point gained"),
    ]
    cells = [
        [
            TableCell(stage_label(row.stage)),
            TableCell(humanised(row.seconds)),
            TableCell(joule_words(row.joules), tag=known, dashed=known == "estimated"),
            TableCell("not judged" if row.quality is None else f"{row.quality:.4f}"),
            TableCell("–" if row.gained is None else signed(100 * row.gained)),
            TableCell("–" if row.per_point is None else joule_words(row.per_point), note=row.why),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Joules and quality by ranking", key=key)


def joule_words(joules: float) -> str:
    """Joules in the unit a person would choose: "3.4 J", "120 mJ", "2.1 kJ"."""
    size = abs(joules)
    for unit, one in (("kJ", 1e3), ("J", 1.0), ("mJ", 1e-3)):
        if size >= one * 0.9995:
            value = joules / one
            return f"{value:.1f} {unit}" if abs(value) < 99.95 else f"{value:,.0f} {unit}"
    return f"{joules * 1e6:,.0f} µJ".replace("-", "\N{MINUS SIGN}")


def signed(points: float) -> str:
    """Points with their sign: "+0.6", "−1.2"."""
    return f"{points:+.1f}".replace("-", "\N{MINUS SIGN}")
