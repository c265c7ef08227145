from __future__ import annotations

import numpy as np
import pytest

from corpora.indexes.vectors import FaissIndex, HnswIndex
from engine.types import CrossExamError, Floats, VectorIndex


def unit(rows: int, dimensions: int, seed: int = 0) -> Floats:
    raw = np.random.default_rng(seed).normal(size=(rows, dimensions)).astype(np.float32)
    result: Floats = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return result


def test_it_agrees_with_numpy() -> None:
    vectors, queries = unit(500, 32), unit(20, 32, seed=1)
    index: VectorIndex = FaissIndex.from_vectors(vectors)
    for query in queries:
        scores, positions = index.search(query, 25)
        exact = vectors @ query
        expected = np.argsort(-exact, kind="stable")[:25]
        np.testing.assert_array_equal(positions, expected)
        np.testing.assert_allclose(scores, exact[expected], rtol=0, atol=1e-6)
        assert (np.diff(scores) <= 0).all()
        assert [scores.dtype.name, positions.dtype.name] == ["float32", "int64"]


def test_fewer_come_where_the_index_is_smaller() -> None:
    index = FaissIndex.from_vectors(unit(3, 4))
    scores, positions = index.search(unit(1, 4)[0], 10)
    assert (len(index), scores.shape, sorted(positions)) == (3, (3,), [0, 1, 2])


def test_an_empty_index_finds_nothing() -> None:
    scores, positions = FaissIndex.from_vectors(np.empty((0, 4), np.float32)).search(
        unit(1, 4)[0], 5
    )
    assert (scores.shape, positions.shape) == ((0,), (0,))


def test_other_dimensions_are_refused_with_both_values_and_the_remedy() -> None:
    index = FaissIndex.from_vectors(unit(3, 8))
    with pytest.raises(CrossExamError, match="has 4 dimensions, the index 8: rebuild the index"):
        index.search(unit(1, 4)[0], 2)


def test_vectors_without_rows_and_columns_are_refused() -> None:
    with pytest.raises(CrossExamError, match=r"shape \(8,\)"):
        FaissIndex.from_vectors(unit(1, 8)[0])


def test_values_that_are_not_finite_are_refused() -> None:
    vectors = unit(5, 4)
    vectors[3, 1] = np.nan
    with pytest.raises(CrossExamError, match="vector 3 holds"):
        FaissIndex.from_vectors(vectors)
    with pytest.raises(CrossExamError, match="query's embedding holds"):
        FaissIndex.from_vectors(unit(5, 4)).search(vectors[3], 1)


def test_a_senseless_k_is_refused() -> None:
    with pytest.raises(CrossExamError, match="best 0"):
        FaissIndex.from_vectors(unit(5, 4)).search(unit(1, 4)[0], 0)


def test_a_graph_finds_itself_and_grows() -> None:
    vectors = unit(400, 16)
    graph = HnswIndex.from_vectors(vectors[:200], links=8)
    graph.add(vectors[200:])
    assert len(graph) == 400
    for position in (0, 199, 200, 399):
        scores, positions = graph.search(vectors[position], 3)
        assert positions[0] == position
        assert scores[0] == pytest.approx(1, abs=1e-5)
    assert graph.bytes > FaissIndex.from_vectors(vectors).bytes == 400 * 16 * 4


def test_a_graph_searched_with_another_breadth_is_the_same_graph() -> None:
    graph: VectorIndex = HnswIndex.from_vectors(unit(50, 8)).with_breadth(512)
    assert len(graph) == 50
    assert len(graph.search(unit(1, 8)[0], 60)[1]) == 50
    assert len(HnswIndex.empty(8).search(unit(1, 8)[0], 3)[0]) == 0


def test_a_graph_refuses_what_cannot_be() -> None:
    with pytest.raises(CrossExamError, match="efSearch is 0"):
        HnswIndex.empty(8).with_breadth(0)
    with pytest.raises(CrossExamError, match="M is 1 links"):
        HnswIndex.empty(8, links=1)
    with pytest.raises(CrossExamError, match="4 dimensions, the index 8"):
        HnswIndex.empty(8).add(unit(3, 4))
