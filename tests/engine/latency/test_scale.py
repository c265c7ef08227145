"""1, 100 and a million documents: what is measured, what is extrapolated, and how."""

from __future__ import annotations

import pytest

from engine.latency.index_scaling import IndexScaling, ScalingPoint
from engine.latency.scale import ScaleMeasured, fine, measure_scale, sample_ids, scale_costs
from engine.types import CrossExamError
from tests.tiny import QUERY, AngleEncoder, Tiny, tiny_searcher


def measured(sample: int, documents: int) -> ScaleMeasured:
    return ScaleMeasured(
        sample=sample,
        documents=documents,
        embed_query=0.004,
        embed_one=0.02,
        embed_sample=sample * 0.01,
        score_one=0.03,
        score_sample=sample * 0.025,
        sample_tokens=0,
    )


def scaling(*sizes: int) -> IndexScaling:
    """Exact search takes 100 ns a vector; the graph's time grows with the square root."""
    return IndexScaling(
        tuple(
            ScalingPoint(n, 0, n * 1e-7, n**0.5 * 1e-6, 0.0, 0.0, 0, 0, recall=1.0) for n in sizes
        ),
        own=500,
        dimensions=2,
        queries=1,
        links=16,
        breadth=64,
    )


def test_a_million_follows_the_curve_and_the_query_is_embedded_once() -> None:
    exact, ann, documents, cross = scale_costs(measured(100, 500), scaling(1, 100, 1_000, 10_000))
    assert exact.one.seconds == pytest.approx(0.004 + 1e-7)
    assert exact.hundred.seconds == pytest.approx(0.00401)
    assert exact.million.seconds == pytest.approx(0.004 + 0.1)
    assert "not scaled" in exact.million.note
    assert "by n^1.00, fitted to 1,000 … 10,000 vectors" in exact.million.note
    assert ann.million.seconds == pytest.approx(0.004 + 1e-3)
    assert "n^0.50" in ann.million.note
    assert ann.what.endswith("recall@10 1.000 at 10,000")
    assert documents.one.seconds == 0.02
    assert documents.million.seconds == pytest.approx(10_000)
    assert cross.hundred.seconds == 2.5
    assert cross.million.seconds == pytest.approx(25_000)
    for cost in (exact, ann, documents, cross):
        assert (cost.one.measured, cost.hundred.measured, cost.million.measured) == (
            True,
            True,
            False,
        )


def test_a_million_that_was_measured_says_so() -> None:
    exact, *_ = scale_costs(measured(100, 500), scaling(1, 100, 1_000, 1_000_000))
    assert exact.million.measured
    assert exact.million.seconds == pytest.approx(0.104)


def test_without_a_curve_a_million_is_in_proportion() -> None:
    exact, *_ = scale_costs(measured(100, 500), scaling(1, 100, 500))
    assert exact.million.seconds == pytest.approx(0.104)
    assert "in proportion to 500 vectors" in exact.million.note


def test_a_small_corpus_is_measured_at_its_size_and_extrapolated_to_a_hundred() -> None:
    exact, _, documents, cross = scale_costs(measured(40, 40), scaling(1, 100, 1_000))
    assert exact.hundred.measured
    assert [cost.hundred.measured for cost in (documents, cross)] == [False] * 2
    assert cross.hundred.seconds == pytest.approx(2.5)
    assert cross.hundred.note == "from 40 in 1.0\N{NO-BREAK SPACE}s: the corpus has no more"


def test_impossible_measurements_are_refused() -> None:
    for sample, searched in ((0, 5), (101, 500), (40, 30)):
        with pytest.raises(CrossExamError, match="were measured"):
            measured(sample, searched)


def test_the_sample_lies_at_even_distances_over_the_corpus() -> None:
    ids = [str(i) for i in range(250)]
    assert sample_ids(ids)[:4] == ["0", "2", "5", "7"]
    assert len(set(sample_ids(ids))) == 100
    assert sample_ids(ids[:3]) == ["0", "1", "2"]
    with pytest.raises(CrossExamError, match="no documents"):
        sample_ids([])


def test_short_times_are_said_down_to_nanoseconds() -> None:
    assert [
        fine(s).replace("\N{NO-BREAK SPACE}", " ") for s in (4e-9, 6.2e-8, 8.1e-6, 0.0034, 2.0)
    ] == [
        "4.0 ns",
        "62 ns",
        "8.1 µs",
        "3.4 ms",
        "2.0 s",
    ]


def test_measuring_reads_every_sampled_document_and_tells_how_far_it_is() -> None:
    searcher, reranker = tiny_searcher([Tiny(f"d{i}", snakes=1) for i in range(7)], batch=3)
    reranker.logits[QUERY] = 1.0  # every tiny text begins with the query
    told: list[str] = []
    found = measure_scale(
        searcher,
        QUERY,
        encoder=AngleEncoder(),
        reranker=reranker,
        on_progress=lambda what, done, total: told.append(what),
        cancel=lambda: False,
    )
    assert found is not None
    assert (found.sample, found.documents) == (7, 7)
    assert len(reranker.scored) == 5 + 7
    assert told[-1] == "reading pair 7 of 7"


def test_a_cancelled_measurement_by_size_gives_nothing() -> None:
    searcher, reranker = tiny_searcher([Tiny("d1"), Tiny("d2")])
    assert (
        measure_scale(
            searcher,
            QUERY,
            encoder=AngleEncoder(),
            reranker=reranker,
            on_progress=lambda what, done, total: None,
            cancel=lambda: True,
        )
        is None
    )
    assert reranker.scored == []
