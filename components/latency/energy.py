"""Joules by stage, and joules beside the quality that they buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.palette import ink, plot_layout, stage_colour, stage_label
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import humanised
from engine.types import CROSS_ENCODER
from engine.types.registries.measures import PRIMARY
from engine.types.wording.numbers import signed, with_minus


class Worth(Protocol):
    """One stage's ranking with all that it needs: seconds, joules, quality, what a point costs."""

    @property
    def stage(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def joules(self) -> float: ...

    @property
    def quality(self) -> float | None: ...

    @property
    def gained(self) -> float | None: ...

    @property
    def per_point(self) -> float | None: ...


def joules_chart(joules: Mapping[str, float], *, known_by: str, dark: bool, key: str) -> None:
    """Draw the joules of one search by stage; `known_by` is "measured" or "estimated"."""
    values = "; ".join(f"{stage_label(s)} {joule_words(value)}" for s, value in joules.items())
    chart_view(
        partial(figure, joules, known_by=known_by),
        dark=dark,
        key=key,
        title="Joules of a search by stage",
        alt=f"Joules of a search by stage, {known_by}: {values}",
    )


def figure(joules: Mapping[str, float], *, known_by: str, dark: bool) -> go.Figure:
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
                    "shape": "/" if known_by == "estimated" else "",
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
            hovertemplate=f"%{{customdata[0]}}: %{{customdata[1]}}, {known_by}<extra></extra>",
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
    highest_joules = max(joules.values(), default=1.0) or 1.0
    chart.update_xaxes(title_text=f"joules a search, {known_by}", range=[0, highest_joules * 1.15])
    return chart


def worth_table(
    rows: Sequence[Worth], *, known_by: str, baseline: str, judged_note: str, key: str
) -> None:
    """Draw a row for each ranking: what it takes and what it brings."""
    columns = [
        TableColumn("Ranking", "with all that it needs"),
        TableColumn("Time", "mean of the searches"),
        TableColumn("Joules", known_by),
        TableColumn(PRIMARY.name, judged_note),
        TableColumn(f"Gained over {stage_label(baseline)}", "in points of 0.01"),
        TableColumn("Joules per point", f"more than {stage_label(baseline)}, per point gained"),
    ]
    cells = [
        [
            TableCell(stage_label(row.stage)),
            TableCell(humanised(row.seconds)),
            TableCell(joule_words(row.joules), tag=known_by, dashed=known_by == "estimated"),
            TableCell("not judged" if row.quality is None else f"{row.quality:.4f}"),
            TableCell("–" if row.gained is None else signed(100 * row.gained, 1)),
            TableCell(
                "–" if row.per_point is None else joule_words(row.per_point),
                note=_why(row, baseline),
            ),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="Joules and quality by ranking", key=key)


def worth_verdict(rows: Sequence[Worth], *, baseline: str, known_by: str) -> str:
    """What reranking costs in joules, and what it gains over the baseline."""
    by_stage = {row.stage: row for row in rows}
    base_row, cross_row = by_stage[baseline], by_stage[CROSS_ENCODER]
    article = "an estimated" if known_by == "estimated" else "a measured"
    cost_text = f"Reranking takes {article} {joule_words(cross_row.joules)} a query"
    if base_row.joules > 0:
        cost_text += (
            f", {cross_row.joules / base_row.joules:,.0f} times what {stage_label(baseline)} takes"
        )
    if cross_row.gained is None:
        return f"{cost_text}; no judgments say what that brings"
    if cross_row.per_point is None:
        return (
            f"{cost_text}, and gains no {PRIMARY.name} ({signed(100 * cross_row.gained, 1)} points)"
        )
    return (
        f"{cost_text}, and gains {100 * cross_row.gained:.1f} points of "
        f"{PRIMARY.name}: {joule_words(cross_row.per_point)} a point"
    )


def _why(row: Worth, baseline: str) -> str:
    """Why a point of quality costs nothing, or has no price; "" where it has one."""
    if row.gained is not None and row.per_point is None:
        return f"nothing gained over {stage_label(baseline)}"
    if row.per_point is not None and row.per_point < 0:
        return "better and cheaper"
    return ""


def joules_sentence(joules: float, *, searches: int, source: str | None, watts: float) -> str:
    """What a search took; `source` is that of the assumed watts, None where they were measured."""
    origin_sentence = (
        "Measured by the processor's own counters (RAPL), all that ran on it included"
        if source is None
        else f"Estimated: {watts:g} W times the seconds of each stage. {watts:g} W is {source}"
    )
    return (
        f"{origin_sentence}. Mean of {searches} search{'' if searches == 1 else 'es'}; the bars "
        f"add up to {joule_words(joules)} a search."
    )


def joule_words(joules: float) -> str:
    """Joules in the unit a person would choose: "3.4 J", "120 mJ", "2.1 kJ"."""
    size = abs(joules)
    for unit, one in (("kJ", 1e3), ("J", 1.0), ("mJ", 1e-3)):
        if size >= one * 0.9995:
            value = joules / one
            return f"{value:.1f} {unit}" if abs(value) < 99.95 else f"{value:,.0f} {unit}"
    return with_minus(f"{joules * 1e6:,.0f} µJ")
