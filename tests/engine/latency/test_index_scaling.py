"""Index scaling: synthetic vectors, incremental measuring, curves fitted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from corpora.indexes.vectors import FaissIndex, HnswIndex
from engine.latency.index_scaling import fitted, measure_index_scaling, sizes_up_to, vectors_for
from engine.types import CrossExamError, Floats


def unit(rows: int, dimensions: int = 16, seed: int = 0) -> Floats:
    raw = np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)
    result: Floats = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return result


def test_the_corpus_own_vectors_come_first_and_synthetic_ones_lie_near_them() -> None:
    own = unit(30, 384)
    rows = vectors_for(own, 0, 100)
    np.testing.assert_array_equal(rows[:30], own)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    cosines = (rows[30:] * own[np.arange(30, 100) % 30]).sum(axis=1)
    assert cosines.mean() == pytest.approx(1 / math.sqrt(1.25), abs=0.02)  # noise of length 1/2
    assert len(np.unique(rows, axis=0)) == 100
    np.testing.assert_array_equal(rows, vectors_for(own, 0, 100))


def test_indexes_grow_through_the_sizes_and_every_point_counts_its_bytes() -> None:
    told: list[tuple[str, int, int]] = []
    found = measure_index_scaling(
        unit(50),
        unit(5, seed=1),
        sizes_up_to(2_000),
        exact_index=FaissIndex.empty(16),
        ann_index=HnswIndex.empty(16, links=8),
        links=8,
        breadth=64,
        on_progress=lambda *news: told.append(news),
        cancel=lambda: False,
    )
    assert found is not None
    assert [point.vectors for point in found.points] == [1, 100, 1_000, 2_000]
    assert [point.synthetic for point in found.points] == [0, 50, 950, 1_950]
    assert [point.exact_bytes for point in found.points] == [n * 64 for n in (1, 100, 1_000, 2_000)]
    for point in found.points:
        assert point.ann_bytes > point.exact_bytes
        assert point.exact_seconds > 0
        assert point.recall > 0.9
    builds = [point.ann_build for point in found.points]
    assert builds == sorted(builds)
    assert ("searching 2,000 vectors", 2_000, 2_000) in told


def test_a_cancelled_measurement_gives_nothing() -> None:
    exact = FaissIndex.empty(16)
    assert (
        measure_index_scaling(
            unit(50),
            unit(5),
            (1_000, 5_000),
            exact_index=exact,
            ann_index=HnswIndex.empty(16),
            links=16,
            breadth=64,
            on_progress=lambda what, done, total: None,
            cancel=lambda: len(exact) >= 1_000,
        )
        is None
    )
    assert len(exact) == 1_000


def test_a_power_law_is_found_again() -> None:
    sizes = [1, 1_000, 10_000, 100_000]
    fit = fitted(sizes, [9.0, *(2e-6 * n**0.5 for n in sizes[1:])])
    assert fit is not None
    assert fit.exponent == pytest.approx(0.5)
    assert fit.words == "n^0.50"
    assert fit.seconds(1_000_000) == pytest.approx(2e-3)
    assert fit.error == pytest.approx(0, abs=1e-9)
    assert (fit.least, fit.most) == (1_000, 100_000)


def test_n_log_n_is_chosen_where_it_lies_nearer() -> None:
    sizes = [1_000, 10_000, 100_000]
    seconds = [1e-6 * n * math.log(n) for n in sizes]
    fit = fitted(sizes, seconds, loglinear=True)
    assert fit is not None
    assert fit.words == "n·log n"
    assert fit.seconds(1_000_000) == pytest.approx(1e-6 * 1e6 * math.log(1e6))
    power = fitted(sizes, seconds)
    assert power is not None
    assert power.exponent == pytest.approx(1.11, abs=0.02)
    assert power.error > 0.001


def test_one_size_gives_no_curve() -> None:
    assert fitted([1, 100, 1_000], [1.0, 1.0, 1.0]) is None


def test_sizes_end_with_the_one_asked_for() -> None:
    assert sizes_up_to(10_000) == (1, 100, 1_000, 3_000, 10_000)
    assert sizes_up_to(472) == (1, 100, 472)
    with pytest.raises(CrossExamError, match="0 vectors"):
        sizes_up_to(0)
