"""The lab's charts and tables: what they draw of given figures."""

from __future__ import annotations

import math

import pytest

from components.latency import ann as lab_ann
from components.latency import batches as lab_batches
from components.latency import depth as lab_depth
from components.latency import energy as lab_energy
from components.latency import index_scaling
from components.latency.batches import BatchRow
from components.latency.depth import Mark
from components.latency.index_scaling import EXACT, amount, short
from engine.latency.scaling_curves import ScalingCurve
from engine.types import BM25, CROSS_ENCODER


@pytest.mark.parametrize("dark", [False, True])
def test_depth_draws_quality_and_seconds_with_knee_and_bands(dark: bool) -> None:
    depths = list(range(5, 61))
    chart = lab_depth.figure(
        depths,
        [d / 10 for d in depths],
        [min(1.0, d / 40) for d in depths],
        measure="nDCG@10",
        marks=[Mark(30, 3.0, 0.75, "knee")],
        measured=[5, 30, 60, 99],
        dark=dark,
    )
    quality, seconds, ends, *knee = chart.data
    assert list(quality.y) == [min(1.0, d / 40) for d in depths]
    assert list(seconds.y) == [d / 10 for d in depths]
    assert list(ends.x) == [5, 30, 60], "99 lies beyond what was scored"
    assert [(point.x[0], point.y[0]) for point in knee] == [(30, 0.75), (30, 3.0)]
    said = [note.text for note in chart.layout.annotations]
    assert any("20–30" in text and "latency critical" in text for text in said)
    assert any("50–100" in text and "usual" in text for text in said)
    assert not any("200–500" in text for text in said), "nothing is that deep"
    assert any("knee</b> 30: 3.0 s" in text for text in said)
    assert chart.layout.xaxis2.type == "log"
    assert chart.layout.yaxis2.ticksuffix == " s"


def row(limit: str, rate: float, *, best: bool = False, in_use: bool = False) -> BatchRow:
    return BatchRow(limit, True, rate, 3, 0.1, 2_000_000_000, None, in_use, best)


def test_batches_name_the_best_and_the_one_in_use() -> None:
    chart = lab_batches.figure(
        [row("1 pair", 10.0, in_use=True), row("8 pairs", 40.0, best=True)], dark=False
    )
    (bars,) = chart.data
    assert list(bars.x) == [10.0, 40.0]
    assert list(chart.layout.yaxis.ticktext) == ["1 pair <b>in use</b>", "8 pairs <b>best</b>"]
    assert "pairs per second" in chart.layout.xaxis.title.text
    assert lab_batches.megabytes(2_000_000_000) == "2,000 MB"
    assert lab_batches.megabytes(None) == "not told"


def test_index_scaling_is_dashed_exactly_where_it_was_not_measured() -> None:
    series = ScalingCurve(
        EXACT,
        "exact search, n^1.00",
        ((1_000, 1e-4), (10_000, 1e-3)),
        ((1_000, 1e-4), (10_000, 1e-3), (100_000, 1e-2), (1_000_000, 0.1)),
    )
    chart = index_scaling.figure([series], own=472, dark=False)
    points, fitted, beyond = chart.data
    assert points.mode == "markers"
    assert (list(fitted.x), fitted.line.dash) == ([1_000, 10_000], "solid")
    assert (list(beyond.x), beyond.line.dash) == ([10_000, 100_000, 1_000_000], "dash")
    assert any("beyond 472: synthetic" in note.text for note in chart.layout.annotations)
    assert chart.layout.xaxis.ticktext[-1] == "1,000,000"
    unfitted = index_scaling.figure([ScalingCurve(EXACT, "e", ((1, 1e-6),))], own=5, dark=True)
    assert len(unfitted.data) == 1


def test_short_times_and_bytes_have_units() -> None:
    assert short(2.34e-5) == "23 µs"
    assert short(0.0123) == "12 ms"
    assert amount(153_600_000) == "154 MB"
    assert amount(1_536_000_000) == "1.5 GB"
    assert amount(12) == "12 B"


def test_ann_draws_queries_by_number_their_mean_and_the_exact_time() -> None:
    chart = lab_ann.figure(
        {8: [1.0, 0.5, 1.0], 16: [1.0, 1.0, 1.0]}, {8: 1e-4, 16: 2e-4}, 5e-4, k=10, dark=True
    )
    first, _, mean, time, exact = chart.data
    assert list(first.y) == [0.5, 1.0]
    assert list(first.text) == ["1 of 3 queries", "2 of 3 queries"]
    assert list(mean.y) == pytest.approx([2.5 / 3, 1.0])
    assert list(time.y) == pytest.approx([0.1, 0.2])
    assert list(exact.y) == pytest.approx([0.5, 0.5])
    assert exact.line.dash == "dash"
    assert chart.layout.yaxis.range[0] < 0.5


def test_joules_are_hatched_where_they_are_an_estimate() -> None:
    joules = {BM25: 0.004, CROSS_ENCODER: 12.5, "other": 0.0}
    chart = lab_energy.figure(joules, known_by="estimated", dark=False)
    assert chart.data[0].marker.pattern.shape == "/"
    assert list(chart.data[0].x) == [0.004, 12.5, 0.0]
    assert "estimated" in chart.layout.xaxis.title.text
    assert (
        lab_energy.figure(joules, known_by="measured", dark=True).data[0].marker.pattern.shape == ""
    )


@pytest.mark.parametrize(
    ("joules", "words"),
    [(12.5, "12.5 J"), (0.0042, "4.2 mJ"), (123.4, "123 J"), (4_200, "4.2 kJ"), (3e-6, "3 µJ")],
)
def test_joules_in_words(joules: float, words: str) -> None:
    assert lab_energy.joule_words(joules) == words


def test_depth_axis_ends_shortly_beyond_the_deepest() -> None:
    chart = lab_depth.figure(
        [5, 6], [0.1, 0.2], [0.0, 0.0], measure="nDCG@10", marks=[], measured=[5], dark=False
    )
    assert chart.layout.xaxis.range[1] == pytest.approx(math.log10(30 * 1.06))
