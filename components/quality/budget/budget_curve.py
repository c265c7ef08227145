"""Recall against the token budget, a line for each pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import plotly.graph_objects as go

from components.common.export.chart_view import chart_view
from components.common.messages import chart_text
from components.common.palette import ink, plot_layout, stage_colour
from components.common.wording import counted
from engine.types.quality.contexts import TOKENIZERS, BudgetReport

APART = 1.5  # how many times another a budget is that has room for its own words
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def figure(report: BudgetReport, *, dark: bool) -> go.Figure:
    """A line for each pipeline, in its stage's colour; those of one stage differ in dashes."""
    chart = go.Figure()
    lines_of_stage: dict[str, int] = {}
    for curve in report.curves:
        number = lines_of_stage[curve.stage] = lines_of_stage.get(curve.stage, -1) + 1
        name = chart_text(curve.name)
        chart.add_scatter(
            x=list(curve.budgets),
            y=list(curve.recall),
            mode="lines+markers",
            line={
                "color": stage_colour(curve.stage, dark),
                "width": 2.5,
                "dash": _DASHES[number % len(_DASHES)],
            },
            marker={"size": 6},
            name=name,
            hovertemplate=f"{name}<br>%{{x:,}} tokens: recall %{{y:.1%}}<extra></extra>",
        )
    chart.add_vline(x=report.budget, line={"color": ink(dark), "width": 1.5, "dash": "dot"})
    chart.update_layout(**plot_layout(dark, height=400, margin={"l": 8, "r": 16, "t": 64, "b": 8}))
    ticks = budget_ticks(report.curves[0].budgets if report.curves else (), report.budget)
    chart.update_xaxes(
        title_text=f"tokens ({TOKENIZERS.get(report.tokenizer, '')}; logarithmic)",
        type="log",
        tickvals=ticks,
        ticktext=[f"{tick:,}" for tick in ticks],
    )
    chart.update_yaxes(title_text="recall at the budget", tickformat=".0%", rangemode="tozero")
    return chart


def budget_ticks(budgets: Sequence[int], chosen: int) -> list[int]:
    """The chosen budget and the powers of two, without those whose words would stand in its."""
    return [
        budget
        for budget in budgets
        if budget == chosen
        or (budget & (budget - 1) == 0 and max(budget, chosen) >= APART * min(budget, chosen))
    ]


def budget_curve(report: BudgetReport, *, dark: bool, key: str) -> None:
    """Draw the lines."""
    title = "Recall by token budget"
    rows = "; ".join(f"{row.name}: {row.recall:.1%}" for row in report.rows)
    chart_view(
        partial(figure, report),
        dark=dark,
        key=key,
        title=title,
        alt=f"{title}; at {counted(report.budget, 'token')} {rows}",
    )
