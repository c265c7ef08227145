"""A person's choices are checked where they enter."""

from __future__ import annotations

import math
from typing import Any

import pytest

from engine.search.settings import Settings
from engine.types import CrossExamError


def test_the_defaults_are_those_of_the_issue() -> None:
    settings = Settings()
    assert (settings.depth, settings.rrf_k, settings.blend_weight) == (50, 60, 0.8)
    assert settings.fusion == "rrf"


@pytest.mark.parametrize(
    "good",
    [
        {"depth": 5},
        {"depth": 500},
        {"first_stage": "bm25"},
        {"first_stage": "hybrid"},
        {"fusion": "weighted"},
        {"rrf_k": 1},
        {"hybrid_weight": 0.0},
        {"blend_weight": 1.0},
    ],
)
def test_the_ends_of_the_ranges_are_allowed(good: dict[str, Any]) -> None:
    assert Settings(**good) != Settings(depth=17)


@pytest.mark.parametrize(
    ("wrong", "value", "remedy"),
    [
        ({"depth": 4}, "4", "5 to 500"),
        ({"depth": 501}, "501", "5 to 500"),
        ({"first_stage": "cross-encoder"}, "'cross-encoder'", "bm25, bi-encoder, hybrid"),
        ({"fusion": "sum"}, "'sum'", "rrf, weighted"),
        ({"rrf_k": 0}, "0", "at least 1"),
        ({"hybrid_weight": -0.01}, "-0.01", "0 to 1"),
        ({"blend_weight": 1.01}, "1.01", "0 to 1"),
        ({"blend_weight": math.nan}, "nan", "0 to 1"),
    ],
)
def test_a_wrong_choice_names_its_value_and_the_remedy(
    wrong: dict[str, Any], value: str, remedy: str
) -> None:
    with pytest.raises(CrossExamError) as caught:
        Settings(**wrong)
    assert value in str(caught.value)
    assert remedy in str(caught.value)


def test_first_stages_list_the_depth_and_at_least_fifty() -> None:
    assert Settings(depth=5).pool == 50
    assert Settings(depth=51).pool == 51
