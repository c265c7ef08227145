"""What the attention views hand to the browser: right cells, right side, harmless text."""

from __future__ import annotations

import json

import numpy as np
import pytest

from components.explain import attention_heatmap, heads_overview, token_links
from components.explain.attention_words import Direction, selection_label
from engine.types import AttentionView

HOSTILE = "<a href='javascript:alert(1)'>$x$"


def view(doc_units: tuple[str, ...] = ("ball", "python", "python")) -> AttentionView:
    columns = len(doc_units)
    cells = np.arange(2 * columns).reshape(2, columns).astype(np.float32) / np.float32(100)
    return AttentionView(
        query_units=("python", HOSTILE),
        doc_units=doc_units,
        query_to_doc=cells,
        doc_to_query=cells.T / np.float32(2),
        query_crossing=0.2,
        doc_crossing=0.1,
        query_to_special=0.5,
        doc_to_special=0.6,
        layer=3,
        head=None,
        merged=True,
    )


def test_chips_get_words_as_data_and_cells_that_were_not_recorded_as_null() -> None:
    with_special = view()
    with_special.query_to_doc[1, 2] = np.nan
    data = json.loads(json.dumps(token_links.payload(with_special), allow_nan=False))
    assert data["query"] == ["python", HOSTILE]
    assert data["query_special"] == [False, True]
    assert data["query_to_doc"] == [[0.0, 0.01, 0.02], [0.03, 0.04, None]]
    assert data["doc_to_query"][2] == [0.01, 0.025]


def test_an_empty_document_still_makes_a_payload() -> None:
    data = token_links.payload(view(doc_units=()))
    assert (data["document"], data["document_special"]) == ([], [])
    assert data["query_special"] == [False, False]


@pytest.mark.parametrize(("direction", "factor"), [("query_to_doc", 1.0), ("doc_to_query", 0.5)])
def test_both_directions_keep_the_query_on_y(direction: Direction, factor: float) -> None:
    chart = attention_heatmap.figure(view(), direction=direction, dark=False)
    np.testing.assert_allclose(chart.data[0].z, view().query_to_doc * factor)
    assert "query" in chart.layout.yaxis.title.text


def test_a_repeated_word_keeps_its_own_column() -> None:
    chart = attention_heatmap.figure(view(), direction="query_to_doc", dark=True)
    assert list(chart.layout.xaxis.tickvals) == [0, 1, 2]
    assert [label.strip("\u2068\u2069") for label in chart.layout.xaxis.ticktext] == [
        "ball",
        "python",
        "python",
    ]


def test_each_direction_has_a_colour_scale_up_to_its_own_largest_share() -> None:
    charts = [
        attention_heatmap.figure(view(), direction=direction, dark=False)
        for direction in ("query_to_doc", "doc_to_query")
    ]
    assert charts[0].data[0].zmax == pytest.approx(0.05)
    assert charts[1].data[0].zmax == pytest.approx(0.025)


def test_plotly_never_sees_markup_from_a_document() -> None:
    chart = attention_heatmap.figure(view((HOSTILE,)), direction="doc_to_query", dark=False)
    for label in (*chart.layout.yaxis.ticktext, *chart.layout.xaxis.ticktext):
        assert "<" not in label
        assert "$" not in label
    assert "<a" not in str(chart.data[0].customdata)


def test_many_columns_label_the_strongest_only() -> None:
    many = view(tuple(f"word{i}" for i in range(100)))
    chart = attention_heatmap.figure(many, direction="query_to_doc", dark=False)
    places = list(chart.layout.xaxis.tickvals)
    assert len(places) == attention_heatmap.STRONGEST
    assert places[-1] == 99
    assert min(np.diff(places)) >= 2


def test_the_chosen_head_is_outlined_and_counted_from_one() -> None:
    chart = heads_overview.figure(
        np.full((12, 12), 0.1, dtype=np.float32), layer=2, head=4, dark=False
    )
    frame = chart.layout.shapes[0]
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (2.5, 3.5, 4.5, 5.5)


def test_the_mean_of_a_layer_outlines_its_row() -> None:
    chart = heads_overview.figure(
        np.full((6, 8), 0.1, dtype=np.float32), layer=0, head=None, dark=True
    )
    frame = chart.layout.shapes[0]
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (0.5, 1.5, 0.5, 8.5)


@pytest.mark.parametrize(
    ("layer", "head", "label"),
    [
        (None, None, "mean of all layers and heads"),
        (3, None, "layer 4, mean of its heads"),
        (None, 6, "head 7, mean of all layers"),
        (3, 6, "layer 4, head 7"),
    ],
)
def test_choices_are_named_from_one(layer: int | None, head: int | None, label: str) -> None:
    assert selection_label(layer, head) == label
