"""Do the methods name the same words? Spearman's correlation of each two, drawn and in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import plotly.graph_objects as go
import streamlit as st

from components.common import palette
from components.common.export.chart_view import chart_view
from components.common.messages import plain
from engine.types.wording.numbers import decimal

# (method, method, Spearman's rho, in words)
Agreements = Sequence[tuple[str, str, float | None, str]]

_ROW = 62
_STRONG = 0.6


def method_agreement_view(names: Sequence[str], pairs: Agreements, *, dark: bool, key: str) -> None:
    """Draw every pair of methods as a cell with its number, and the words beside it."""
    picture_box, text_box = st.columns([1.5, 1], gap="large")
    with picture_box:
        chart_view(
            partial(figure, names, pairs),
            dark=dark,
            key=key,
            title="How far the methods agree (Spearman's ρ)",
            alt="; ".join(sentence(*pair) for pair in pairs),
        )
    with text_box:
        st.markdown("\n".join(f"- {plain(line)}" for line in lines(pairs)))


def figure(names: Sequence[str], pairs: Agreements, *, dark: bool) -> go.Figure:
    """The lower triangle of the correlations, -1 to 1, as a Plotly heat map."""
    cells = cells_of(names, pairs)
    rows, columns = list(names[1:]), list(names[:-1])
    chart = go.Figure(
        go.Heatmap(
            z=cells,
            x=list(range(len(columns))),
            y=list(range(len(rows))),
            zmin=-1,
            zmax=1,
            xgap=3,
            ygap=3,
            colorscale=palette.diverging(dark),
            colorbar={**palette.colour_bar("Spearman's ρ"), "tickformat": ".1f"},
            hoverongaps=False,
            customdata=[[[row, column] for column in columns] for row in rows],
            hovertemplate="%{customdata[0]} and %{customdata[1]}: %{z:.2f}<extra></extra>",
        )
    )
    chart.update_layout(
        **palette.plot_layout(
            dark, height=70 + _ROW * max(len(rows), 2), margin={"l": 8, "r": 8, "t": 8, "b": 8}
        )
    )
    for i, row in enumerate(cells):
        for j, rho in enumerate(row):
            if rho is not None:
                font = {"size": 15, "color": _on(rho, dark)}
                chart.add_annotation(x=j, y=i, text=decimal(rho), showarrow=False, font=font)
    ticks = {"showgrid": False, "zeroline": False, "tickfont": {"color": palette.ink(dark)}}
    chart.update_xaxes(
        tickvals=list(range(len(columns))),
        ticktext=[_two_lines(name) for name in columns],
        tickangle=0,
        **ticks,
    )
    chart.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=rows, autorange="reversed", **ticks
    )
    return chart


def cells_of(names: Sequence[str], pairs: Agreements) -> list[list[float | None]]:
    """Rows for all lenses but the first, columns for all but the last; None above the diagonal."""
    rho_of = {frozenset((left, right)): rho for left, right, rho, _ in pairs}
    size = len(names)
    cells: list[list[float | None]] = [[None] * (size - 1) for _ in range(size - 1)]
    for (j, left), (i, right) in combinations(enumerate(names), 2):
        cells[i - 1][j] = rho_of.get(frozenset((left, right)))
    return cells


def sentence(left: str, right: str, rho: float | None, verdict: str) -> str:
    """ "Integrated gradients and attention: 0.21, they hardly agree"."""
    number = "" if rho is None else f"{decimal(rho)}, "
    return f"{left[:1].upper()}{left[1:]} and {right}: {number}{verdict}"


def lines(pairs: Agreements) -> list[str]:
    """The pairs in words, the strongest agreement first; those without a number last."""
    ordered = sorted(pairs, key=lambda pair: -2.0 if pair[2] is None else pair[2], reverse=True)
    return [sentence(*pair) for pair in ordered]


def _on(rho: float, dark: bool) -> str:
    """The colour of a number on its cell: ink, or the page's colour on a strong cell."""
    return palette.ink(dark != (abs(rho) > _STRONG))


def _two_lines(name: str) -> str:
    head, space, tail = name.partition(" ")
    return f"{head}<br>{tail}" if space else name
