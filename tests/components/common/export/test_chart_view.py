"""The colours that a saved chart has: those of the same chart on a light page."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from components.common import palette
from components.common.export.chart_view import colours_of
from components.corpora.map import MapPoint, map_figure
from components.explain import heads_overview
from components.explain.attribution import method_agreement
from components.latency import charts
from components.quality import pareto
from engine.types import BM25, CROSS_ENCODER

ROOT = Path(__file__).parents[4]
GRID = np.array([[0.1, 0.9], [0.2, 0.3]], dtype=np.float32)
FIGURES: dict[str, Callable[..., go.Figure]] = {
    "heads": partial(heads_overview.figure, GRID, layer=1, head=2),
    "map": partial(
        map_figure,
        np.zeros((1, 2), np.float32),
        ["a"],
        [MapPoint(0.0, 0.0, "a", {BM25: 1})],
        [BM25, CROSS_ENCODER],
        (0.1, 0.2),
    ),
    "runs": partial(
        charts.figure, {BM25: [0.1] * 20, CROSS_ENCODER: [0.4, 0.5]}, {BM25: 0.3}, log=True
    ),
    "pareto": partial(
        pareto.figure,
        [pareto.ParetoPoint(1, "a", BM25, 0.1, 0.5), pareto.ParetoPoint(2, "b", "blend", 0.2, 0.7)],
        [0],
        measure="nDCG@10",
    ),
    "methods": partial(method_agreement.figure, ["a", "b"], []),
}


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_colour_of_a_dark_chart_has_one_light_partner(name: str) -> None:
    draw = FIGURES[name]
    pairs, _ = colours_of(draw(dark=True), draw(dark=False))
    darks = [dark for dark, _ in pairs]
    assert darks
    assert len(set(darks)) == len(darks), "one colour would have to become two"
    assert (palette.ink(True), palette.ink(False)) in pairs


def test_a_heat_map_brings_its_colour_scale_in_both_forms() -> None:
    draw = FIGURES["heads"]
    _, scales = colours_of(draw(dark=True), draw(dark=False))
    assert scales == [[list(palette.SEQUENTIAL_DARK), list(palette.SEQUENTIAL_LIGHT)]]


def test_a_chart_of_a_light_page_stays_as_it_is() -> None:
    figure = FIGURES["heads"](dark=False)
    assert colours_of(figure, figure) == ([], [])


def test_own_views_are_saved_in_the_colours_of_the_light_theme() -> None:
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]["light"]
    script = (ROOT / "components/common/export/picture_colours.js").read_text("utf-8")
    names = {
        "primaryColor": "primary-color",
        "backgroundColor": "background-color",
        "secondaryBackgroundColor": "secondary-background-color",
        "textColor": "text-color",
        "borderColor": "border-color",
        "linkColor": "link-color",
    }
    for name, colour in theme.items():
        assert f'"--st-{names[name]}": "{colour}"' in script
