"""Latency, read as a visitor reads it; the models are real, the searches shallow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.wording import milliseconds
from search.latency import accounted
from search.types import SearchTrace
from tests.app.driver import PATIENCE, finished, opened, said, says, table

LATENCY = "pages/measure/latency.py"
RUNS = "Latency by stage, warm and cold"
SCALE = "Time to compare, by model and size"
SHALLOW = {"q": "python snake", "depth": "5"}


def trace_of(at: AppTest) -> SearchTrace:
    (job,) = at.session_state["_jobs"].values()
    assert isinstance(job.trace, SearchTrace)
    return job.trace


def charts(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(node.proto.spec) for node in at.get("plotly_chart")]


def pressed(at: AppTest, key: str) -> AppTest:
    """The page after this button was pressed and what it started has ended."""
    at.button(key=key).click().run()
    assert at.session_state["_latency"].current.wait(PATIENCE)
    return finished(at)


@pytest.fixture(scope="module")
def measured() -> AppTest:
    """The page with repeated runs; read only."""
    at = opened(LATENCY, **SHALLOW)
    at.number_input(key="latency_runs").set_value(5)
    return pressed(at, "measure_runs")


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(LATENCY)
    assert says(at, "Type a query to time a search")
    assert not charts(at)


def test_the_waterfall_draws_every_step_of_the_trace_and_sums_to_its_total() -> None:
    at = opened(LATENCY, **SHALLOW)
    trace = trace_of(at)
    (bars,) = charts(at)[0]["data"]
    drawn = [row[1].split(" · ")[0] for row in bars["customdata"]]
    steps = [milliseconds(step.seconds) for step in trace.timings]
    assert drawn == [*steps, milliseconds(trace.other_seconds)]
    assert says(at, accounted(trace))
    assert "ms" in charts(at)[0]["layout"]["xaxis"]["title"]["text"]
    assert charts(at)[0]["layout"]["xaxis"].get("type") != "log"
    at.segmented_control(key="waterfall_axis").set_value("Logarithmic time").run()
    assert charts(at)[0]["layout"]["xaxis"]["type"] == "log"


def test_the_machine_stands_in_words_with_its_engine_and_threads(measured: AppTest) -> None:
    (words, *_) = [text for text in said(measured) if text.startswith("Measured on ")]
    for part in ("core", "thread", "Python 3.", "torch 2."):
        assert part in words


def test_repeated_runs_show_cold_beside_warm_for_each_stage(measured: AppTest) -> None:
    rows = table(measured, RUNS)
    names = [row[0]["text"] for row in rows]
    assert names == ["BM25", "Bi-encoder", "Hybrid", "Cross-encoder", "Blend", "other", "total"]
    report = next(iter(measured.session_state["_latency"]._results.values()))
    assert report.samples.runs == 5
    assert rows[-1][5]["text"] == milliseconds(report.cold.total_seconds)
    cross = rows[names.index("Cross-encoder")]
    assert cross[0]["note"] == "tokenise cached in 5 of 5"
    assert not any(step.cached for step in report.cold.timings), "a cold run remembers nothing"
    assert says(measured, "Loading the models took")
    assert any(trace.get("name") == "cold run" for trace in charts(measured)[1]["data"])


def test_what_a_pair_costs_is_counted_over_all_runs(measured: AppTest) -> None:
    values = {metric.label: metric.value for metric in measured.metric}
    report = next(iter(measured.session_state["_latency"]._results.values()))
    cost = report.samples.pairs
    assert cost.pairs == 25
    assert values["ms per pair"] == f"{cost.ms_per_pair:,.1f}"
    assert values["Tokens per second, padding included"] == f"{cost.tokens_per_second:,.0f}"


def test_a_cancelled_measurement_leaves_the_earlier_figures() -> None:
    at = opened(LATENCY, **SHALLOW)
    at.number_input(key="latency_runs").set_value(5)
    before = table(pressed(at, "measure_runs"), RUNS)
    at.number_input(key="latency_runs").set_value(50).run()
    at.button(key="measure_runs").click().run()
    at.button(key="cancel_measuring").click().run()
    assert at.session_state["_latency"].current.wait(PATIENCE)
    finished(at)
    assert says(at, "Cancelled")
    assert table(at, RUNS) == before


def test_one_and_a_hundred_are_measured_and_a_million_says_that_it_is_not() -> None:
    at = pressed(opened(LATENCY, **SHALLOW), "measure_scale")
    rows = table(at, SCALE)
    assert [row[0]["text"] for row in rows] == [
        "Bi-encoder, at query time",
        "Bi-encoder, once beforehand",
        "Cross-encoder, at query time",
    ]
    for row in rows:
        assert [cell["tag"] for cell in row[1:]] == ["measured", "measured", "extrapolated"]
        assert [cell["dashed"] for cell in row[1:]] == [False, False, True]
    assert "not scaled" in rows[0][3]["note"]
    at.switch_page("pages/search/compare.py").run()
    at.switch_page(LATENCY)
    assert table(finished(at), SCALE) == rows, "leaving and coming back keeps the figures"
