"""The colours that every view shares, for light and for dark pages.

The stage colours descend from Okabe and Ito's colour-blind-safe palette (black,
blue, bluish green, vermillion, reddish purple), moved until every pair stays at
least 0.10 apart in OKLab under normal vision and under simulated protanopia,
deuteranopia and tritanopia (Machado et al. 2009), and every colour has at least
3:1 contrast with the page. Colour is never the only mark: write the stage's
label beside it.
"""

from __future__ import annotations

import math
from typing import Any

from components.common.ranker_wording import is_additional_encoder, is_attached_run, is_reranker
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID
from engine.types.registries.stage_wording import STAGE_LABELS as STAGE_LABELS
from engine.types.registries.stage_wording import stage_label as stage_label

STAGE_COLOURS_LIGHT: dict[str, str] = {
    BM25: "#36393D",
    BI_ENCODER: "#1B64C0",
    HYBRID: "#1F9E86",
    CROSS_ENCODER: "#D2690B",
    BLEND: "#894873",
}

STAGE_COLOURS_DARK: dict[str, str] = {
    BM25: "#C9D7E4",
    BI_ENCODER: "#2E85E1",
    HYBRID: "#49C193",
    CROSS_ENCODER: "#E2772A",
    BLEND: "#AA7A9B",
}

RERANKER_LIGHT, RERANKER_DARK = "#A37AF5", "#C2A3EB"

# Low to high; the low end is nearly the page's own background, so that nothing
# reads as nothing, and lightness changes steadily, so that grey print works too.
SEQUENTIAL_LIGHT: tuple[str, ...] = (
    "#F5F8FC",
    "#D3E3F4",
    "#9CC4E6",
    "#559BD0",
    "#2270B4",
    "#0B3C7D",
)
SEQUENTIAL_DARK: tuple[str, ...] = (
    "#161B24",
    "#15355C",
    "#1B5C9C",
    "#3A8BD3",
    "#84BDEB",
    "#E4F2FD",
)

# Negative to positive: orange and blue are told apart by every kind of colour vision.
DIVERGING_LIGHT: tuple[str, ...] = ("#A64B00", "#EDA55F", "#F7F7F7", "#7FB2E5", "#14509E")
DIVERGING_DARK: tuple[str, ...] = ("#FFB26B", "#A65A18", "#1D222B", "#2468B4", "#8CC4FA")

# Signed numbers beside two models' own colours: neither of them, under any colour vision.
STATE_LIGHT: tuple[str, str] = ("#2B3A42", "#914D66")  # above zero, below
STATE_DARK: tuple[str, str] = ("#E8F0F2", "#A9647C")

UP_LIGHT, DOWN_LIGHT = "#14509E", "#A64B00"
UP_DARK, DOWN_DARK = "#8CC4FA", "#FFB26B"

FONT = "Source Sans, sans-serif"

_INK = {False: "#1F2430", True: "#EEF1F6"}
_MUTED = {False: "#5B6372", True: "#A3ACBA"}
_GRID = {False: "#E3E7EE", True: "#2B323E"}
_SURFACE = {False: "#FFFFFF", True: "#1A1F29"}


def stage_colours(dark: bool) -> dict[str, str]:
    """The fixed colour of each stage, by its id, in pipeline order."""
    return STAGE_COLOURS_DARK if dark else STAGE_COLOURS_LIGHT


def stage_colour(stage: str, dark: bool) -> str:
    """The fixed colour of one stage; anything unknown (such as "other") is muted grey.

    Additional rankers share one colour: their labels tell them apart.
    """
    if is_reranker(stage) or is_additional_encoder(stage) or is_attached_run(stage):
        return RERANKER_DARK if dark else RERANKER_LIGHT
    return stage_colours(dark).get(stage, muted(dark))


def categorical(dark: bool) -> list[str]:
    """The stage colours as a plain list, for series that are not stages."""
    return list(stage_colours(dark).values())


def sequential(dark: bool) -> list[list[float | str]]:
    """A Plotly colour scale for quantities from zero up; strong means far from the page."""
    return _scale(SEQUENTIAL_DARK if dark else SEQUENTIAL_LIGHT)


def diverging(dark: bool) -> list[list[float | str]]:
    """A Plotly colour scale for signed quantities; give it a symmetric range."""
    return _scale(DIVERGING_DARK if dark else DIVERGING_LIGHT)


def up(dark: bool) -> str:
    """The colour of a gain, always shown with an arrow or a sign."""
    return UP_DARK if dark else UP_LIGHT


def down(dark: bool) -> str:
    """The colour of a loss, always shown with an arrow or a sign."""
    return DOWN_DARK if dark else DOWN_LIGHT


def ink(dark: bool) -> str:
    """The colour of text in a chart."""
    return _INK[dark]


def muted(dark: bool) -> str:
    """The colour of secondary text and of parts that are not a stage (4.5:1 at least)."""
    return _MUTED[dark]


def grid(dark: bool) -> str:
    """The colour of grid lines and gaps."""
    return _GRID[dark]


def plot_layout(dark: bool, **overrides: Any) -> dict[str, Any]:
    """Plotly layout shared by every chart: transparent paper, readable text, tight margins.

    Pass it as `figure.update_layout(**plot_layout(dark))`, and draw with
    `st.plotly_chart(..., theme=None)`, for Streamlit's own template would
    override the colours. `overrides` replace whole top-level keys.
    """
    axis: dict[str, Any] = {
        "gridcolor": grid(dark),
        "linecolor": grid(dark),
        "zerolinecolor": grid(dark),
        "tickfont": {"color": muted(dark), "size": 12},
        "title": {"font": {"color": ink(dark), "size": 13}, "standoff": 10},
        "automargin": True,
    }
    layout: dict[str, Any] = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": ink(dark), "size": 13, "family": FONT},
        "colorway": categorical(dark),
        "margin": {"l": 8, "r": 8, "t": 32, "b": 8},
        "xaxis": axis,
        "yaxis": axis,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hoverlabel": {
            "bgcolor": _SURFACE[dark],
            "bordercolor": grid(dark),
            "font": {"color": ink(dark), "size": 13, "family": FONT},
        },
    }
    return {**layout, **overrides}


def axis_ticks(low: float, high: float, *, highest: float = 1.0) -> dict[str, Any]:
    """Plotly ticks from `low` to `high` that all read differently, none beyond `highest`."""
    step, decimals = _step_for(high - low)
    first, last = math.ceil(low / step - 1e-9), math.floor(min(high, highest) / step + 1e-9)
    values = [round(number * step, decimals) for number in range(first, last + 1)]
    return {"tickvals": values, "ticktext": [f"{value:.{decimals}f}" for value in values]}


def signed_format(low: float, high: float) -> str:
    """A d3 format with a sign and the decimals that ticks between two values need."""
    return f"+.{_step_for(high - low)[1]}f"


def _step_for(span: float) -> tuple[float, int]:
    """A round step that cuts the span into four to ten, and the decimals that it needs."""
    if span <= 0:
        return 0.1, 2
    size = 10.0 ** math.floor(math.log10(span / 4))
    step = next(size * each for each in (5, 2, 1) if size * each <= span / 4)
    return step, max(2, -math.floor(math.log10(step) + 1e-9))


def colour_bar(title: str) -> dict[str, Any]:
    """A slim Plotly colour bar for shares, titled along its side, ticks in percent."""
    return {
        "title": {"text": title, "side": "right", "font": {"size": 13}},
        "tickformat": ".1~%",
        "thickness": 12,
        "outlinewidth": 0,
        "nticks": 5,
    }


def _scale(colours: tuple[str, ...]) -> list[list[float | str]]:
    return [[i / (len(colours) - 1), colour] for i, colour in enumerate(colours)]
