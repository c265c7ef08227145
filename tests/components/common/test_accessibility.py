"""What holds for every view: charts are named, headings go down one level at a time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.explain import attention_heatmap, heads_overview, similarity_heatmap
from engine.types import AttentionView

ROOT = Path(__file__).parents[3]
DRAWN = sorted([*(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method of that name in components and pages, with its place."""
    for path in DRAWN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if ast.unparse(node.func).rpartition(".")[2] == name:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_every_chart_has_a_name_for_those_who_hear_it() -> None:
    charts = list(calls("chart_view"))
    assert len(charts) > 15
    silent = [
        place for place, call in charts if "alt" not in {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []


def test_nothing_is_greyed_without_its_reason() -> None:
    greyed = [
        (place, {keyword.arg for keyword in call.keywords})
        for name in ("button", "toggle", "text_input", "number_input", "selectbox", "slider")
        for place, call in calls(name)
    ]
    greyed = [(place, given) for place, given in greyed if "disabled" in given]
    assert len(greyed) > 15
    assert [place for place, given in greyed if "help" not in given] == []


def view(shares: list[list[float]], *, merged: bool = True) -> AttentionView:
    block = np.array(shares, dtype=np.float32)
    queries = tuple(f"q{n}" for n in range(block.shape[0]))
    docs = tuple(f"d{n}" for n in range(block.shape[1]))
    return AttentionView(
        queries, docs, block, block.T.copy(), 0.1, 0.1, 0.5, 0.5, None, None, merged
    )


def test_a_heat_map_of_attention_says_its_size_and_its_strongest_cell() -> None:
    said = attention_heatmap.spoken(view([[0.01, 0.2, 0.03]]), direction="query_to_doc")
    assert said == (
        "Heat map of attention, query → document, mean of all layers and heads: 1 query word by "
        "3 document words. Strongest: query “q0” and document “d1”, 20.0%."
    )
    empty = view([[float("nan"), float("nan")]])
    assert attention_heatmap.spoken(empty, direction="query_to_doc").endswith("2 document words.")


def test_two_heat_maps_of_attention_share_the_larger_scale() -> None:
    weak, strong = view([[0.01, 0.02]]), view([[0.3, 0.1]])
    top = attention_heatmap.common_top((weak, strong), direction="query_to_doc")
    assert top == pytest.approx(0.3)
    for each in (weak, strong):
        chart = attention_heatmap.figure(each, direction="query_to_doc", dark=False, top=top)
        assert chart.data[0].zmax == pytest.approx(0.3)
    alone = attention_heatmap.figure(weak, direction="query_to_doc", dark=False)
    assert alone.data[0].zmax == pytest.approx(0.02)


def test_the_other_heat_maps_say_where_they_are_highest() -> None:
    cosines = np.array([[0.1, 0.9], [0.2, -0.3]], dtype=np.float32)
    assert similarity_heatmap.spoken(("a", "b"), ("x", "y"), cosines) == (
        "Heat map of cosines: 2 query words by 2 document words. Highest: query “a” and document "
        "“y”, 0.900."
    )
    assert heads_overview.spoken(cosines).endswith("Highest: layer 1, head 2, 90.0%.")
