"""Latency, read as a visitor reads it; the models are real, the searches shallow."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.common.wording import humanised, milliseconds
from engine.latency.repeated_searches import accounted
from engine.types import SearchTrace
from jobs.visitor_jobs import Slot
from pages.latency.assumptions import energy_words
from state.app_resources import workbench
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    PATIENCE,
    choose,
    components,
    finished,
    job_of,
    opened,
    said,
    says,
    table,
    work_of,
)

LATENCY = "pages/latency/latency.py"
RUNS = "Latency by stage, warm and cold"
SCALE = "Time to compare, by model and size"
SHALLOW = {"q": "python snake", "depth": "5"}


def trace_of(at: AppTest) -> SearchTrace:
    (search,) = at.session_state["_jobs"].values()
    assert isinstance(search.trace, SearchTrace)
    return search.trace


def charts(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(node.proto.spec) for node in at.get("plotly_chart")]


def pressed(at: AppTest, key: str) -> AppTest:
    """The page after this button was pressed and what it started has ended."""
    at.button(key=key).click().run()
    assert job_of(at, Slot.MEASUREMENT).wait(PATIENCE)
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


def test_remembered_scores_keep_the_cost_that_they_had() -> None:
    query = {"q": "do ball pythons bite their keepers", "depth": "5"}
    opened(LATENCY, **query)
    at = opened(LATENCY, **query)  # another session of the same server
    trace = trace_of(at)
    then = trace.measured_seconds("cross-encoder")
    assert then > 0
    assert says(at, f"This search took {humanised(trace.total_seconds)}, after {humanised(then)}")
    assert says(at, f"5 pairs scored in {humanised(then)}.")


def test_the_backend_is_said_that_scores_in_the_mode_of_the_search() -> None:
    model = workbench().models.cross_encoder()
    for mode, form in (("fast", model), ("exact", model.exact()), ("fastest", model.fastest())):
        at = opened(LATENCY, **SHALLOW, precision=mode)
        values = {metric.label: metric.value for metric in at.metric}
        assert values["Backend and precision"] == form.backend
        words = [text for text in said(at) if text.startswith("Measured on ")]
        assert words
        assert all(form.backend in text for text in words)


def test_the_machine_stands_in_words_with_its_engine_and_threads(measured: AppTest) -> None:
    (words, *_) = [text for text in said(measured) if text.startswith("Measured on ")]
    for part in ("core", "thread", "Python 3.", "torch 2."):
        assert part in words


def test_repeated_runs_show_cold_beside_warm_for_each_stage(measured: AppTest) -> None:
    rows = table(measured, RUNS)
    names = [row[0]["text"] for row in rows]
    assert names == ["BM25", "Bi-encoder", "Hybrid", "Cross-encoder", "Blend", "other", "total"]
    report = next(iter(work_of(measured).results.values()))
    assert report.samples.runs == 5
    assert rows[-1][6]["text"] == milliseconds(report.cold.total_seconds)
    cross = rows[names.index("Cross-encoder")]
    assert cross[0]["note"] == "tokenise cached in 5 of 5"
    assert not any(step.cached for step in report.cold.timings), "a cold run remembers nothing"
    assert says(measured, "Loading the models took")
    assert any(trace.get("name") == "cold run" for trace in charts(measured)[1]["data"])


def test_what_a_pair_costs_is_counted_over_all_runs(measured: AppTest) -> None:
    values = {metric.label: metric.value for metric in measured.metric}
    report = next(iter(work_of(measured).results.values()))
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
    assert job_of(at, Slot.MEASUREMENT).wait(PATIENCE)
    finished(at)
    assert says(at, "Cancelled")
    assert table(at, RUNS) == before


def section(name: str, **url: str) -> AppTest:
    return opened(LATENCY, **{**SHALLOW, **url}, lab=name)


def lab_result(at: AppTest, kind: str) -> Any:
    """What was measured last of a kind."""
    items: list[tuple[Any, Any]] = work_of(at).results.items()
    (found,) = [result for key, result in items if key[0] == kind]
    return found


def test_a_link_opens_a_section_and_choosing_another_changes_the_link() -> None:
    at = section("ann")
    assert says(at, "What does an approximate index miss?")
    assert not charts(at), "only the chosen section is worked out"
    choose(at, "lab", "energy")
    at.run()
    assert says(at, "Is it worth the watts?")
    assert at.query_params["lab"] == "energy"
    at.switch_page("pages/search/compare.py").run()
    assert "lab" not in at.query_params
    at.switch_page(LATENCY)
    assert says(finished(at), "Is it worth the watts?"), "the session remembers the section"


def test_a_room_sees_every_step_of_the_search() -> None:
    at = opened(LATENCY, **SHALLOW, stage="1")
    (drawn,) = components(at, "crossexam_stage_bars")
    trace = trace_of(at)
    words = [milliseconds(step.seconds) for step in trace.timings]
    for row, shown in zip(drawn["rows"], [*words, milliseconds(trace.other_seconds)], strict=True):
        assert row["words"].startswith(shown)
    assert not charts(at)


def test_a_section_for_experts_is_offered_by_its_switch_or_a_link() -> None:
    def offered(at: AppTest) -> list[str]:
        groups: list[Any] = [*at.get("button_group")]
        (group,) = [group for group in groups if group.key == "lab"]
        return [option.content for option in group.proto.options]

    usual = ["This search", "Depth", "Scale", "Energy"]
    assert offered(opened(LATENCY, **SHALLOW)) == usual
    at = section("ann")
    assert at.toggle(key="lab_expert").value
    assert offered(at) == [*usual, "Batch size", "ANN"]
    at.toggle(key="lab_expert").set_value(False)
    finished(at)
    assert offered(at) == usual
    assert says(at, "This search took"), "what is offered no more is left"
    assert "lab" not in at.query_params


def test_a_link_with_an_unknown_section_opens_the_first() -> None:
    at = section("nonsense")
    assert says(at, "This search took")
    assert says(at, "lab='nonsense', which cannot be")


def test_one_and_a_hundred_are_measured_and_a_million_says_that_it_is_not() -> None:
    at = section("scale")
    choose(at, "scale_most", "1,000")
    at = pressed(at, "measure_scale")
    rows = table(at, SCALE)
    assert [row[0]["text"] for row in rows] == [
        "Bi-encoder, exact search",
        "Bi-encoder with ANN (HNSW)",
        "Bi-encoder, once beforehand",
        "Cross-encoder, at query time",
    ]
    for row in rows:
        assert [cell["tag"] for cell in row[1:]] == ["measured", "measured", "extrapolated"]
        assert [cell["dashed"] for cell in row[1:]] == [False, False, True]
    assert "not scaled" in rows[0][3]["note"]
    sizes = table(at, "Exact and approximate search by size")
    assert [row[0]["text"] for row in sizes] == ["1", "100", "1,000"]
    assert sizes[-1][0]["note"] == "528 of them synthetic"
    assert says(at, "synthetic: a corpus vector plus seeded Gaussian noise")

    report = lab_result(at, "scale")
    hours = report.measured.score_sample / report.measured.sample * 1e6 / 3_600
    at.number_input(key="lab_watts").set_value(100.0)
    at.number_input(key="lab_hour").set_value(2.0).run()
    values = {metric.label: metric.value for metric in at.metric}
    assert values["or machine rent, estimated"] == f"{2 * hours:,.2f} €"
    assert values["Energy, estimated"] == energy_words(0.1 * hours)

    at.switch_page("pages/search/compare.py").run()
    at.switch_page(LATENCY)
    assert table(finished(at), SCALE) == rows, "leaving and coming back keeps the figures"


def test_a_deep_pass_shows_quality_and_seconds_of_every_depth() -> None:
    at = opened(LATENCY, q="python snake", depth="5", first="bm25", lab="depth")
    at = pressed(at, "measure_depth")
    deep = lab_result(at, "depth")
    quality, seconds, *_ = charts(at)[0]["data"]
    assert seconds["y"][-1] == pytest.approx(deep.seconds(deep.deepest))
    assert len(quality["y"]) == deep.deepest - 4
    own = trace_of(at).ranking("cross-encoder")
    assert own is not None
    assert deep.ranking(5).ids() == own.ids(), "as the page's own search"
    assert "nDCG@10" in charts(at)[0]["layout"]["yaxis"]["title"]["text"]
    assert says(at, f"The first stage found {deep.deepest} candidates")


def test_the_approximate_index_is_compared_for_the_corpus_own_queries() -> None:
    at = section("ann")
    choose(at, "ann_links", 2)
    at = pressed(at, "measure_ann")
    report = lab_result(at, "ann").report
    assert (report.links, len(report.queries), report.vectors) == (2, 85, 472)
    point = report.points[0]
    assert says(at, f"{point.imperfect} of 85 queries lost at least one")
    assert point.missed, "a graph of two links misses some"
    rows = table(at, "Relevant documents that HNSW missed")
    assert [row[0]["text"] for row in rows] == [m.doc_id for m in point.missed][:50]


def test_batches_are_tried_and_the_best_is_used_for_every_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("state.latency.measurements.PAIRS", 4)
    at = pressed(section("batches"), "measure_batches")
    report = lab_result(at, "batches")
    best = report.best.setting
    model = workbench().models.cross_encoder()
    before = model.batching
    slowest = min(report.points, key=lambda point: point.pairs_per_second).setting
    try:
        model.batching = replace(before, budget=slowest.budget, largest=slowest.largest)
        at.run()  # with another setting than the best in use
        at.button(key="apply_batches").click().run()
        assert (model.batching.budget, model.batching.largest) == (best.budget, best.largest)
        tagged = [row[0]["tag"] for row in table(at, "Batch settings, speed and memory")]
        assert tagged.count("best, in use") == 1
    finally:
        model.batching = before


def test_joules_are_labelled_estimated_and_follow_the_assumed_watts() -> None:
    at = section("energy")
    at.number_input(key="energy_count").set_value(2).run()
    at = pressed(at, "measure_energy")
    report = lab_result(at, "energy")
    assert report.spent.searches == 2
    rows = table(at, "Joules and quality by ranking")
    if report.spent.counted is not None:
        pytest.skip("this machine counts its joules")
    assert {row[2]["tag"] for row in rows} == {"estimated"}
    at.number_input(key="lab_watts").set_value(50.0).run()
    (bars,) = charts(at)[0]["data"]
    seconds = sum(report.spent.mean_seconds().values())
    assert sum(bars["x"]) == pytest.approx(50 * seconds)
    assert says(at, "Estimated: 50 W times the seconds")


def test_every_figure_can_be_taken_away_with_its_machine(
    downloads: Downloads,
) -> None:
    at = opened(LATENCY, **SHALLOW)
    text = downloads.text(at, "CSV")
    rows = list(csv.DictReader(io.StringIO(text)))
    trace = trace_of(at)
    assert float(rows[-1]["seconds"]) == trace.total_seconds
    assert sum(float(row["seconds"]) for row in rows[:-1]) == pytest.approx(trace.total_seconds)
    assert all(row["machine processor"] and row["machine cross-encoder"] for row in rows)
    whole = json.loads(downloads.text(at, "JSON"))
    assert whole["machine"]["cores"] >= 1
    assert len(whole["rows"]) == len(rows)


def test_a_cancelled_measurement_of_depth_ends_its_thread() -> None:
    at = section("depth")
    at.button(key="measure_depth").click().run()
    at.button(key="cancel_measuring").click().run()
    current = job_of(at, Slot.MEASUREMENT)
    assert current.wait(PATIENCE)
    assert not current.running
    assert says(finished(at), "Cancelled")
    assert lab_threads() == []


def lab_threads() -> list[str]:
    """The measuring threads that are alive; one that has just finished may take a moment."""
    for thread in threading.enumerate():
        if thread.name == "measure":
            thread.join(10)
    return [t.name for t in threading.enumerate() if t.name == "measure"]
