"""What a walkthrough that is played draws of the figures of each step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.share.player.player import PlayedStep, player_data
from engine.share.report.report import report_html
from engine.share.walkthrough_json import report_sections
from engine.types import CROSS_ENCODER
from engine.types.share.snapshots import ReportSection, SearchSnapshot, SnapshotTiming
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


def partly_cached(search: SearchSnapshot, *, n_cached: int = 30) -> SearchSnapshot:
    """The search with the cross-encoder's steps as they are where `n_cached` of 50 are known."""
    others = [
        replace(each, seconds=0.1, cached=False, measured_seconds=0.0)
        for each in search.timings
        if each.stage != CROSS_ENCODER
    ]
    step = SnapshotTiming(CROSS_ENCODER, "Cross-encoder", "score", 0.0)
    reranked = [replace(step, step="read", seconds=0.001, n_out=50)]
    if n_cached:
        kept = replace(step, seconds=0.002, cached=True, measured_seconds=0.9, n_out=n_cached)
        reranked.append(kept)
    if n_cached < 50:
        reranked.append(replace(step, step="tokenise", n_out=50 - n_cached, cached=True))
        reranked.append(replace(step, seconds=0.6, n_out=50 - n_cached))
    timings = (*others, *reranked)
    total = sum(each.seconds for each in timings) + 0.05
    return replace(search, timings=timings, total_seconds=total)


@pytest.mark.parametrize(
    ("n_cached", "words"),
    [
        (50, "scores cached, 900 ms when read"),
        (30, "30 of 50 scores cached, 900 ms when read"),
        (0, "part cached"),
    ],
)
def test_times_add_up_to_the_search_s_and_say_what_of_a_stage_was_cached(
    n_cached: int, words: str
) -> None:
    search = partly_cached(frozen_search(), n_cached=n_cached)
    view = drawn("latency", search)
    rows = view["tables"][0]["rows"]
    assert rows[-1][:2] == ["other", "50 ms"]
    assert {row[0]: row[3] for row in rows if row[3]} == {"Cross-encoder": words}
    assert sum(float(row[2].rstrip("%")) for row in rows) == pytest.approx(100, abs=len(rows))
    (reranked,) = [each for each in drawn("compare", search)["lists"] if words in each["facts"]]
    assert reranked["label"] == "Cross-encoder"
    assert f", {words}" in report_html("one", (ReportSection("one", snapshot=search),))


def test_figures_of_a_file_without_counts_say_that_some_scores_were_cached() -> None:
    search = partly_cached(frozen_search())
    search = replace(search, timings=tuple(replace(each, n_out=0) for each in search.timings))
    rows = drawn("latency", search)["tables"][0]["rows"]
    assert rows[-2][3] == "some scores cached, 900 ms when read"


def test_the_report_of_a_step_of_latency_opens_with_its_times() -> None:
    search = frozen_search()
    steps = tuple(
        WalkthroughStep(page, {}, page, snapshot=search) for page in ("latency", "compare")
    )
    sections = report_sections(Walkthrough("both", steps))
    timed, ranked = report_html("both", sections).split('id="step-1"')
    assert timed.index("<h3>Time</h3>") < timed.index("<h3>The lists</h3>")
    assert ranked.index("<h3>The lists</h3>") < ranked.index("<h3>Time</h3>")
