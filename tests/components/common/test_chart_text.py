"""Names and words in charts are drawn as they are: Plotly reads tags, templates and formulas."""

from __future__ import annotations

import html
from typing import Any

import numpy as np
import pytest

from components.common.messages import chart_text
from components.corpora.map import map_figure
from components.explain.attention_heatmap import safe_label
from components.quality.forest import ForestRow
from components.quality.forest import figure as forest

HOSTILE = '<a href="https://a.b">x</a> <b>b</b><br>c<sub>d</sub> %{x} $e^2$ &lt; "q"'


def texts(part: Any) -> list[str]:
    """Every string of a figure."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, dict):
        return [text for value in part.values() for text in texts(value)]
    return [text for value in part for text in texts(value)] if isinstance(part, list) else []


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("<b>a</b>", "&lt;b&gt;a&lt;/b&gt;"),
        ("a&lt;b", "a&amp;lt;b"),
        ("$x$", "&#36;x&#36;"),
        ("%{y} 5%", "&#37;{y} 5%"),
        ('say "a"', 'say "a"'),
        ("it's", "it's"),
        ("a\n b", "a b"),
    ],
)
def test_a_chart_gets_no_tag_entity_formula_or_template(text: str, drawn: str) -> None:
    assert chart_text(text) == drawn
    assert html.unescape(drawn) == " ".join(text.split())


def test_a_label_keeps_its_quotation_marks_for_plotly_knows_no_entity_of_them() -> None:
    assert safe_label('"a"') == '\u2068"a"\u2069'


def test_a_forest_draws_names_and_sentences_as_text() -> None:
    row = ForestRow(HOSTILE, 0.1, 0.0, 0.2, significant=True, sentence=HOSTILE)
    drawn = texts(forest([row], measure="nDCG@10", baseline=HOSTILE, dark=False).to_plotly_json())
    assert sum(chart_text(HOSTILE) in text for text in drawn) == 3
    assert not any("<a" in text or "$" in text or "%{x}" in text for text in drawn)


def test_a_map_draws_titles_as_text() -> None:
    chart = map_figure(
        np.zeros((1, 2), np.float32), ["$a$ <b>c</b> %{x}"], [], [], None, dark=False
    )
    assert chart.data[0].text == ("&#36;a&#36; &lt;b&gt;c&lt;/b&gt; &#37;{x}",)
