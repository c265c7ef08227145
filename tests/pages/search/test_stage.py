from __future__ import annotations

import pytest

from components.common import stage
from components.common.keys import EVERYWHERE, keys_of
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID
from pages.search.column_choice import ColumnChoice
from state import url_state
from tests.pages.driver import columns, components, finished, opened, says

QUERY = "python snake"


def test_a_link_opens_compare_on_stage_with_two_columns() -> None:
    link = {"q": QUERY, "depth": "5", "stage": "1"}
    at = opened(**link)
    assert at.query_params == link
    assert list(columns(at)) == [BI_ENCODER, CROSS_ENCODER]
    (view,) = components(at, "crossexam_ranking_columns")
    assert view["look"] == "stage"
    assert not components(at, "crossexam_stage_strip")
    at.button(key="stage_off").click()
    finished(at)
    assert at.query_params == {"q": QUERY, "depth": "5"}
    assert len(columns(at)) > 2


def test_settings_and_columns_outlast_the_stage() -> None:
    at = opened(q=QUERY, depth="7", first=BM25)
    at.button(key="stage_on").click()
    finished(at)
    assert list(columns(at)) == [BM25, CROSS_ENCODER]
    assert len(columns(at)[CROSS_ENCODER]["cards"]) == 7
    at.button(key="stage_off").click()
    finished(at)
    assert at.slider(key="depth").value == 7
    assert at.query_params == {"q": QUERY, "depth": "7", "first": BM25}


def test_the_link_s_name_is_the_one_that_pages_ask_for() -> None:
    assert url_state.STAGE == stage.STAGE
    assert says(opened(q=QUERY, depth="5", stage="2"), "The link has stage='2', which cannot be")


@pytest.mark.parametrize(
    ("stages", "baseline", "two"),
    [
        ((BM25, BI_ENCODER, CROSS_ENCODER), BI_ENCODER, (BI_ENCODER, CROSS_ENCODER)),
        ((BM25, HYBRID), HYBRID, (HYBRID, CROSS_ENCODER)),
        ((BLEND, CROSS_ENCODER), CROSS_ENCODER, (BLEND, CROSS_ENCODER)),
        ((CROSS_ENCODER,), CROSS_ENCODER, (BI_ENCODER, CROSS_ENCODER)),
    ],
)
def test_a_room_reads_the_baseline_and_the_cross_encoder(
    stages: tuple[str, ...], baseline: str, two: tuple[str, ...]
) -> None:
    assert ColumnChoice(stages, baseline, 10).two() == ColumnChoice(two, baseline, 10)


def test_the_keys_of_a_page_come_before_those_of_every_page() -> None:
    assert keys_of("about") == EVERYWHERE
    assert [key for key, _ in keys_of("compare")][1] == "Enter"
    assert keys_of("compare")[-len(EVERYWHERE) :] == EVERYWHERE


@pytest.mark.usefixtures("session_cache")
def test_the_list_of_keys_stays_as_its_page_is_drawn_anew_and_on_no_other() -> None:
    at = opened(q="python snake", depth="5")
    assert not says(at, "No key is heard")
    at.session_state["_keys_listed"] = "compare"
    assert says(finished(at), "No key is heard")
    assert says(finished(at), "No key is heard")
    assert not says(finished(at.switch_page("pages/learn/about.py")), "No key is heard")
    assert not says(finished(at.switch_page("pages/search/compare.py")), "No key is heard")
