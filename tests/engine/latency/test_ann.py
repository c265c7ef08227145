"""Approximate against exact: recall by hand, the relevant that were missed, and FAISS itself."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from corpora.indexes.vectors import FaissIndex, HnswIndex
from engine.latency.ann import AnnQuery, AnnReport, measure_ann, recall_of
from engine.types import CrossExamError, Floats, VectorIndex
from tests.tiny import ExactIndex

IDS = ["a", "b", "c", "d"]
SCORES = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.1}


class Listed(VectorIndex):
    """Finds what it is told to, whatever the query."""

    def __init__(self, *found: str) -> None:
        self._found = found

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        positions = [IDS.index(doc_id) for doc_id in self._found[:k]]
        scores = np.array([SCORES[doc_id] for doc_id in self._found[:k]], np.float32)
        return scores, np.array(positions, np.int64)

    def __len__(self) -> int:
        return len(IDS)


def measured(ann: VectorIndex, exact: VectorIndex, **relevant: int) -> AnnReport:
    report = measure_ann(
        [AnnQuery("q", "text", relevant)],
        np.ones((1, 2), np.float32),
        IDS,
        exact_index=exact,
        ann_with=lambda breadth: ann,
        links=16,
        on_progress=lambda what, done, total: None,
        cancel=lambda: False,
        breadths=(8,),
        k=3,
    )
    assert report is not None
    return report


def test_recall_and_the_missed_relevant_by_hand() -> None:
    report = measured(Listed("a", "c", "d"), Listed("a", "b", "c"), b=2, c=1, d=1)
    (point,) = report.points
    assert point.recall == {"q": pytest.approx(2 / 3)}
    assert point.mean == pytest.approx(2 / 3)
    assert point.imperfect == 1
    (missed,) = point.missed
    assert (missed.doc_id, missed.relevance, missed.exact_rank) == ("b", 2, 2)
    assert report.relevant == 2  # b and c; d is not among the exact three


def test_a_short_list_misses_what_it_lacks() -> None:
    (point,) = measured(Listed("a"), Listed("a", "b", "c"), c=1).points
    assert point.recall == {"q": pytest.approx(1 / 3)}
    assert [missed.doc_id for missed in point.missed] == ["c"]


def test_a_text_that_occurs_twice_is_no_miss() -> None:
    exact = np.array([0.9, 0.8, 0.8], np.float32)
    assert recall_of(exact, np.array([0.9, 0.8, 0.8 - 1e-8], np.float32)) == 1
    assert recall_of(exact, np.array([0.9, 0.8, 0.79], np.float32)) == pytest.approx(2 / 3)
    assert recall_of(np.empty(0, np.float32), exact) == 1


def test_a_wider_search_of_a_real_graph_finds_more() -> None:
    rng = np.random.default_rng(4)
    raw = rng.normal(size=(3_000, 32)).astype(np.float32)
    vectors = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    asked = rng.normal(size=(40, 32)).astype(np.float32)
    graph = HnswIndex.from_vectors(vectors, links=4)
    report = measure_ann(
        [AnnQuery(str(i), "", {}) for i in range(40)],
        asked,
        [str(i) for i in range(3_000)],
        exact_index=FaissIndex.from_vectors(vectors),
        ann_with=graph.with_breadth,
        links=4,
        on_progress=lambda what, done, total: None,
        cancel=lambda: False,
        breadths=(10, 64, 512),
    )
    assert report is not None
    low, middle, high = (point.mean for point in report.points)
    assert low < middle < high
    assert high > 0.95
    assert report.at(64).mean == middle
    by_hand = [
        len(
            set(graph.with_breadth(10).search(q, 10)[1].tolist())
            & set(ExactIndex(vectors).search(q, 10)[1].tolist())
        )
        / 10
        for q in asked
    ]
    assert low == pytest.approx(float(np.mean(by_hand)))


def test_cancelling_and_impossible_questions() -> None:
    def ask(vectors: Floats, stop: bool) -> AnnReport | None:
        return measure_ann(
            [AnnQuery("q", "", {})],
            vectors,
            IDS,
            exact_index=Listed("a"),
            ann_with=lambda breadth: Listed("a"),
            links=16,
            on_progress=lambda what, done, total: None,
            cancel=lambda: stop,
        )

    assert ask(np.ones((1, 2), np.float32), stop=True) is None
    with pytest.raises(CrossExamError, match="1 queries and 2 embeddings"):
        ask(np.ones((2, 2), np.float32), stop=False)
