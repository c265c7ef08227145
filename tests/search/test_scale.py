"""1, 100 and a million documents: what is measured, what is extrapolated, and how."""

from __future__ import annotations

import pytest

from search.scale import ScaleMeasured, fine, measure_scale, sample_ids, scale_costs
from search.types import CrossExamError
from tests.tiny import QUERY, AngleEncoder, ExactIndex, Tiny, tiny_searcher


def measured(sample: int, searched: int) -> ScaleMeasured:
    return ScaleMeasured(
        sample=sample,
        embed_query=0.004,
        search_one=0.000001,
        search_sample=0.00001,
        search_all=searched * 1e-7,
        searched=searched,
        embed_one=0.02,
        embed_sample=sample * 0.01,
        score_one=0.03,
        score_sample=sample * 0.025,
        sample_tokens=0,
        dimensions=2,
    )


def test_a_million_is_linear_in_documents_and_the_query_is_embedded_once() -> None:
    query, documents, cross = scale_costs(measured(100, 500))
    assert query.one.seconds == pytest.approx(0.004001)
    assert query.hundred.seconds == pytest.approx(0.00401)
    assert query.million.seconds == pytest.approx(0.004 + 0.1)
    assert "not scaled" in query.million.note
    assert "100\N{NO-BREAK SPACE}ns" in query.million.note
    assert documents.one.seconds == 0.02
    assert documents.million.seconds == pytest.approx(10_000)
    assert cross.hundred.seconds == 2.5
    assert cross.million.seconds == pytest.approx(25_000)
    for cost in (query, documents, cross):
        assert (cost.one.measured, cost.hundred.measured, cost.million.measured) == (
            True,
            True,
            False,
        )


def test_a_small_corpus_is_measured_at_its_size_and_extrapolated_to_a_hundred() -> None:
    query, documents, cross = scale_costs(measured(40, 40))
    assert [cost.hundred.measured for cost in (query, documents, cross)] == [False] * 3
    assert query.hundred.seconds == pytest.approx(0.004 + 100e-7)
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
        index_of=ExactIndex,
        tell=lambda what, done, total: told.append(what),
        cancel=lambda: False,
    )
    assert found is not None
    assert (found.sample, found.searched, found.dimensions) == (7, 7, 2)
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
            index_of=ExactIndex,
            tell=lambda what, done, total: None,
            cancel=lambda: True,
        )
        is None
    )
    assert reranker.scored == []
