"""How search grows beyond what was measured: curves through points, and on to a million."""

from __future__ import annotations

import pytest

from engine.latency.figure_tables import costs_table, scaling_table
from engine.latency.index_scaling import IndexScaling, ScalingPoint
from engine.latency.scale import MILLION, ScaleMeasured, scale_costs
from engine.latency.scaling_curves import scaling_curves

MEASURED = ScaleMeasured(
    sample=50,
    documents=472,
    embed_query=0.01,
    embed_one=0.02,
    embed_sample=0.5,
    score_one=0.03,
    score_sample=1.0,
    sample_tokens=5_000,
)


def scaling(*sizes: int) -> IndexScaling:
    points = tuple(
        ScalingPoint(
            vectors=size,
            synthetic=max(0, size - 472),
            exact_seconds=1e-7 * size,
            ann_seconds=1e-5,
            exact_build=0.0,
            ann_build=1e-4 * size,
            exact_bytes=4 * size,
            ann_bytes=8 * size,
            recall=0.99,
        )
        for size in sizes
    )
    return IndexScaling(points, own=472, dimensions=8, queries=5, links=16, breadth=64)


def test_each_way_has_its_measured_points_and_a_curve_up_to_a_million() -> None:
    curves = scaling_curves(MEASURED, scaling(100, 1_000, 10_000))
    assert [curve.kind for curve in curves] == ["exact", "ann", "build", "cross"]
    exact = curves[0]
    assert exact.measured == tuple((size, 1e-7 * size) for size in (100, 1_000, 10_000))
    assert exact.label.startswith("exact search, n^1.00")
    for curve in curves:
        assert curve.curve[-1][0] == pytest.approx(MILLION)
    assert exact.curve[0] == pytest.approx((1_000, 1e-4)), "what is smaller is not fitted"
    assert exact.curve[-1][1] == pytest.approx(0.1)


def test_too_few_points_have_no_curve() -> None:
    exact = scaling_curves(MEASURED, scaling(100, 1_000))[0]
    assert (exact.label, exact.curve) == ("exact search", ())


def test_the_cross_encoder_grows_in_proportion_to_its_sample() -> None:
    cross = scaling_curves(MEASURED, scaling(1_000))[-1]
    assert cross.measured == ((1, 0.03), (50, 1.0))
    assert cross.curve[-1] == pytest.approx((MILLION, MILLION / 50))


def test_every_row_that_is_taken_away_has_a_value_a_column() -> None:
    sizes = scaling(100, 1_000, 10_000)
    for table in (scaling_table(sizes), costs_table(scale_costs(MEASURED, sizes))):
        assert {len(row) for row in table.rows} == {len(table.columns)}
