"""What a walkthrough that is played draws of the figures of each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.share.player.player import PlayedStep, player_data
from engine.share.report.report import report_html
from engine.share.walkthrough_json import report_sections
from engine.types.share.snapshots import SearchSnapshot
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep
from tests.frozen import frozen_search


def drawn(page: str, snapshot: SearchSnapshot, *, on_stage: bool = False) -> dict[str, Any]:
    step = WalkthroughStep(page, {"q": "snake"}, "What it costs", snapshot=snapshot)
    data = player_data("t", [PlayedStep(step)], token="t", pages={}, on_stage=on_stage)
    view: dict[str, Any] = data["steps"][0]["kept"]
    return view


@pytest.mark.parametrize("on_stage", [False, True])
def test_a_step_of_latency_shows_what_the_stages_took_and_one_of_compare_the_lists(
    on_stage: bool,
) -> None:
    search = frozen_search()
    view = drawn("latency", search, on_stage=on_stage)
    assert view["lists"] == []
    assert view["sentence"].startswith("This search took ")
    (table,) = view["tables"]
    stages = list(dict.fromkeys(each.label for each in search.timings))
    assert [row[0] for row in table["rows"]] == [*stages, "other"]
    assert view["notes"] == [search.headline]
    ranked = drawn("compare", search, on_stage=on_stage)
    assert ranked["lists"]
    assert ranked["tables"] == []
    assert ranked["sentence"] == search.headline


def test_times_add_up_to_the_search_s_and_remembered_scores_say_what_they_took() -> None:
    search = frozen_search()
    (*others, last) = search.timings
    timings = (
        *(replace(each, seconds=0.1, cached=False, measured_seconds=0.0) for each in others),
        replace(last, seconds=0.002, cached=True, measured_seconds=11.0),
    )
    total = 0.1 * len(others) + 0.002 + 0.05
    view = drawn("latency", replace(search, timings=timings, total_seconds=total))
    rows = view["tables"][0]["rows"]
    assert rows[-1][:2] == ["other", "50 ms"]
    noted = {row[0]: row[3] for row in rows if row[3]}
    assert noted == {last.label: "from memory; 11 s when computed"}
    assert sum(float(row[2].rstrip("%")) for row in rows) == pytest.approx(100, abs=len(rows))


def test_the_report_of_a_step_of_latency_opens_with_its_times() -> None:
    search = frozen_search()
    steps = tuple(
        WalkthroughStep(page, {}, page, snapshot=search) for page in ("latency", "compare")
    )
    sections = report_sections(Walkthrough("both", steps))
    timed, ranked = report_html("both", sections).split('id="step-1"')
    assert timed.index("<h3>Time</h3>") < timed.index("<h3>The lists</h3>")
    assert ranked.index("<h3>The lists</h3>") < ranked.index("<h3>Time</h3>")
