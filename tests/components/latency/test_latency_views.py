from itertools import pairwise
from typing import Any

import pytest

from components.common import stage_bars
from components.common.wording import milliseconds
from components.latency import charts as latency_charts
from components.latency import table as latency_table
from components.latency import waterfall
from components.search import stage_strip
from engine.types import BM25, CROSS_ENCODER, CorpusInfo, SearchTrace, StageTiming

TRACE = SearchTrace(
    "q",
    CorpusInfo("toy", 3, "f"),
    timings=(
        StageTiming(BM25, "tokenise", 0.001, 1, 2),
        StageTiming(BM25, "search", 0.002, 2, 50, cached=True),
        StageTiming(CROSS_ENCODER, "score", 1.5, 50, 50),
    ),
    total_seconds=1.51,
    complete=True,
)


def test_the_strip_sums_to_the_total_with_other_last() -> None:
    data = stage_strip.pack(TRACE)
    assert [part["label"] for part in data["parts"]] == ["BM25", "Cross-encoder", "other"]
    assert sum(part["seconds"] for part in data["parts"]) == pytest.approx(TRACE.total_seconds)
    assert sum(part["share"] for part in data["parts"]) == pytest.approx(1)
    assert data["parts"][0]["cached"] == "part cached"
    assert "search 2.0 ms (cached)" in data["parts"][0]["detail"]
    assert data["total"] == "1,510 ms"


def test_the_strip_of_a_running_search_says_so_far() -> None:
    running = SearchTrace("q", TRACE.corpus, TRACE.rankings, TRACE.timings, 1.51, False, 24, 50)
    assert stage_strip.pack(running)["running"] == "so far; scored 24 of 50"
    assert stage_strip.pack(SearchTrace("q", TRACE.corpus))["parts"] == []


def test_waterfall_bars_stand_end_to_end_and_end_with_other() -> None:
    found = waterfall.bars(TRACE)
    assert [bar.name for bar in found][-2:] == ["Cross-encoder · score", "other"]
    for bar, after in pairwise(found):
        assert after.start == pytest.approx(bar.start + bar.length)
    assert found[-1].start + found[-1].length == pytest.approx(1_510)
    assert found[1].text == "2.0 ms · cached"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("log", [False, True])
def test_waterfall_labels_every_bar_outside_and_hatches_cached_steps(dark: bool, log: bool) -> None:
    bar = waterfall.figure(TRACE, dark=dark, log=log).data[0]
    assert bar.textposition == "outside"
    assert list(bar.marker.pattern.shape) == ["", "/", "", ""]
    assert all(length > 0 for length in bar.x) or not log


def test_a_long_label_beside_a_late_bar_has_its_room() -> None:
    steps = (
        StageTiming(BM25, "search", 0.07, 2, 50),
        StageTiming(CROSS_ENCODER, "score", 0.0004, 50, 50, cached=True, measured_seconds=0.742),
    )
    trace = SearchTrace("q", TRACE.corpus, timings=steps, total_seconds=0.0704, complete=True)
    axis = waterfall.figure(trace, dark=False).layout.xaxis
    width = 860 * (1 - 70.4 / axis.range[1])  # px right of the bar
    assert width >= 0.48 * waterfall.LETTER * len("0.40 ms · cached, 742 ms when read")


def test_percentiles_are_interpolated_between_runs() -> None:
    assert latency_charts.percentile([1.0, 2.0, 3.0, 4.0], 50) == pytest.approx(2.5)
    assert latency_charts.percentile([7.0], 95) == pytest.approx(7)


def test_spread_draws_every_run_in_milliseconds_with_p50_p95_and_cold() -> None:
    chart = latency_charts.figure(
        {BM25: [0.001, 0.003], CROSS_ENCODER: [1.5]}, {BM25: 0.01}, dark=True, log=True
    )
    by_name = {trace.name: trace for trace in chart.data}
    assert list(by_name["BM25"].x) == pytest.approx([1, 3])
    assert list(by_name["p50"].x) == pytest.approx([2, 1500])
    assert "p95" not in by_name  # two runs and one carry no 95th percentile
    assert not any("p95" in label for label in chart.layout.yaxis.ticktext)
    assert list(by_name["cold run"].x) == pytest.approx([10])
    assert "ms" in chart.layout.xaxis.title.text


def test_p95_is_marked_and_tabled_only_where_the_runs_are_enough() -> None:
    chart = latency_charts.figure(
        {BM25: [i / 1_000 for i in range(1, 21)], CROSS_ENCODER: [1.5] * 19},
        {},
        dark=True,
        log=True,
    )
    by_name = {trace.name: trace for trace in chart.data}
    assert (list(by_name["p95"].x), list(by_name["p95"].y)) == ([pytest.approx(19.05)], [0])
    assert ["p95" in label for label in chart.layout.yaxis.ticktext] == [True, False]
    row = latency_table.StageFigures(BM25, 0.1, None, None, 0.1, 0.1, 0.1, 0.1, None)
    assert [cell.text for cell in latency_table._cells(row)][2:4] == ["–", "–"]
    assert latency_table._needs(95, 19) == "takes at least 20 runs"
    assert latency_table._needs(99, 100) == "interpolated between runs"


def test_a_stage_without_runs_gets_no_row() -> None:
    chart = latency_charts.figure({BM25: [0.001], CROSS_ENCODER: []}, {}, dark=False, log=False)
    assert len(chart.layout.yaxis.ticktext) == 1


def test_a_room_sees_every_step_end_to_end_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(waterfall, "stage_bars", lambda bars, **more: drawn.update(more, bars=bars))
    waterfall.stage_waterfall(TRACE, key="room")
    steps = waterfall.bars(TRACE)
    assert [(bar.name, bar.words) for bar in drawn["bars"]] == [(s.name, s.text) for s in steps]
    packed = stage_bars.pack(
        drawn["bars"], caption=drawn["caption"], ends=drawn["ends"], most=drawn["most"]
    )
    total = 1_000 * (sum(step.seconds for step in TRACE.timings) + TRACE.other_seconds)
    ends = [0.0]
    for row, step in zip(packed["rows"], [*TRACE.timings, None], strict=True):
        assert row["start"] == pytest.approx(ends[-1], abs=0.01)
        seconds = TRACE.other_seconds if step is None else step.seconds
        assert row["length"] == pytest.approx(100_000 * seconds / total, abs=0.01)
        assert row["hatched"] == bool(step and step.cached)
        ends.append(row["start"] + row["length"])
    assert ends[-1] == pytest.approx(100, abs=0.01)
    assert packed["ends"] == ["0", milliseconds(total / 1_000)]
