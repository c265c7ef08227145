"""A chart of Plotly's, with the buttons that save it: every chart of a page is drawn by this."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import plotly.graph_objects as go
import streamlit as st

from components.common.export.save_picture import save_picture

_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([^)]*\)")
Leaf = tuple[str, str]


class Draw(Protocol):
    """What draws a figure in the colours of a dark page, or of a light one."""

    def __call__(self, *, dark: bool) -> go.Figure: ...


def chart_view(
    draw: Draw,
    *,
    dark: bool,
    key: str,
    title: str,
    alt: str,
    config: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Draw the figure and offer it as a file; returns what Streamlit says was selected in it.

    `title` stands above the saved picture; `alt` is for those who hear either.
    """
    figure = draw(dark=dark)
    selected = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        config={"displayModeBar": False, **(config or {})},
        alt=alt,
        **options,
    )
    light = draw(dark=False) if dark else figure
    pairs, scales = colours_of(figure, light)
    save_picture(key, title=title, spoken=alt, pairs=pairs, scales=scales)
    return selected


def colours_of(dark: go.Figure, light: go.Figure) -> tuple[list[Leaf], list[list[list[str]]]]:
    """The colours that differ between the two, and the colour scales: (dark, light) each."""
    if dark is light:
        return [], []
    differing = [pair for pair in _leaves(_plain(dark), _plain(light)) if pair[0] != pair[1]]
    scales = [
        [list(one), list(other)]
        for one, other in zip(_scales(dark), _scales(light), strict=True)
        if one != other
    ]
    return list(dict.fromkeys(differing)), scales


def _plain(figure: go.Figure) -> dict[str, Any]:
    whole: dict[str, Any] = figure.to_plotly_json()
    return whole


def _leaves(dark: Any, light: Any) -> Iterator[Leaf]:
    """Every colour of the one beside that which stands in the same place of the other."""
    if isinstance(dark, dict):
        for name, value in dark.items():
            if name in light:
                yield from _leaves(value, light[name])
    elif isinstance(dark, list | tuple):
        for one, other in zip(dark, light, strict=False):
            yield from _leaves(one, other)
    elif isinstance(dark, str) and _COLOUR.fullmatch(dark):
        yield dark, str(light)


def _scales(figure: go.Figure) -> list[Sequence[str]]:
    """The stops of each trace's colour scale, which the palette spaces evenly."""
    return [
        [colour for _, colour in trace["colorscale"]]
        for trace in _plain(figure)["data"]
        if trace.get("colorscale")
    ]
