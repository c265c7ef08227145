"""Approximate against exact search: recall@k over efSearch, and which relevant were missed."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.types import Cancel, CrossExamError, Floats, ProgressCallback, VectorIndex

BREADTHS = (8, 16, 32, 64, 128, 256, 512)
K = 10
TIE = 1e-6


@dataclass(frozen=True, slots=True)
class Nearest:
    """The documents nearest to one query, best first: their scores and positions."""

    scores: Floats
    positions: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AnnQuery:
    """A query and the documents that people judged relevant to it, with their grades."""

    query_id: str
    text: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Missed:
    """A relevant document in the exact top k that the approximate one lacks."""

    query_id: str
    doc_id: str
    relevance: int
    exact_rank: int


@dataclass(frozen=True, slots=True)
class AnnPoint:
    """One efSearch: recall@k of every query against exact search, and a search's median time."""

    breadth: int
    recall: Mapping[str, float]
    seconds: float
    missed: tuple[Missed, ...]

    @property
    def mean(self) -> float:
        return statistics.fmean(self.recall.values())

    @property
    def imperfect(self) -> int:
        """How many queries lost at least one neighbour."""
        return sum(value < 1 for value in self.recall.values())


@dataclass(frozen=True, slots=True)
class AnnReport:
    """Every efSearch over the same graph; `relevant` of the exact top k were relevant."""

    points: tuple[AnnPoint, ...]
    queries: tuple[AnnQuery, ...]
    exact_seconds: float
    relevant: int
    vectors: int
    links: int
    k: int = K

    def at(self, breadth: int) -> AnnPoint:
        return next(point for point in self.points if point.breadth == breadth)


def measure_ann(
    queries: Sequence[AnnQuery],
    vectors: Floats,
    doc_ids: Sequence[str],
    *,
    exact_index: VectorIndex,
    ann_with: Callable[[int], VectorIndex],
    links: int,
    on_progress: ProgressCallback,
    cancel: Cancel,
    breadths: Sequence[int] = BREADTHS,
    k: int = K,
) -> AnnReport | None:
    """Search for every query, exactly and with every efSearch; None where it was cancelled.

    `vectors` are the queries' embeddings, one row a query.
    """
    if len(queries) != len(vectors) or not queries:
        raise CrossExamError(
            f"{len(queries)} queries and {len(vectors)} embeddings do not belong together: give "
            "one embedding a query, and at least one"
        )
    on_progress("exact search", 0, len(breadths) + 1)
    exact_results, exact_median_seconds = _searched(exact_index, vectors, k)
    points = []
    for number, breadth in enumerate(breadths, 1):
        on_progress(f"efSearch {breadth}", number, len(breadths) + 1)
        if cancel():
            return None
        ann_results, ann_median_seconds = _searched(ann_with(breadth), vectors, k)
        recall = {}
        missed: list[Missed] = []
        for query, exact, ann in zip(queries, exact_results, ann_results, strict=True):
            recall[query.query_id] = recall_of(exact.scores, ann.scores)
            missed += _missed(query, exact, ann, doc_ids)
        points.append(AnnPoint(breadth, recall, ann_median_seconds, tuple(missed)))
    n_relevant_hits = sum(
        query.relevant.get(doc_id, 0) > 0
        for query, exact in zip(queries, exact_results, strict=True)
        for doc_id in (doc_ids[position] for position in exact.positions.tolist())
    )
    return AnnReport(
        points=tuple(points),
        queries=tuple(queries),
        exact_seconds=exact_median_seconds,
        relevant=n_relevant_hits,
        vectors=len(doc_ids),
        links=links,
        k=k,
    )


def recall_of(exact_scores: Floats, approximate_scores: Floats) -> float:
    """recall@k by scores, best first: the share of exact neighbours that were matched.

    A found neighbour counts when it is as near as the last exact one, so that texts which
    occur twice and tie are not taken for misses.
    """
    if len(exact_scores) == 0:
        return 1.0
    return min(
        1.0,
        float(np.count_nonzero(approximate_scores >= exact_scores[-1] - TIE)) / len(exact_scores),
    )


def _missed(query: AnnQuery, exact: Nearest, ann: Nearest, doc_ids: Sequence[str]) -> list[Missed]:
    """The relevant documents that are nearer than the worst one found, yet not found."""
    ann_positions = set(ann.positions.tolist())
    worst = float(ann.scores[-1]) if len(ann.scores) == len(exact.scores) else -np.inf
    hits = enumerate(zip(exact.positions.tolist(), exact.scores.tolist(), strict=True), 1)
    return [
        Missed(query.query_id, doc_ids[position], grade, rank)
        for rank, (position, score) in hits
        if (grade := query.relevant.get(doc_ids[position], 0)) > 0
        and position not in ann_positions
        and score > worst + TIE
    ]


def _searched(index: VectorIndex, vectors: Floats, k: int) -> tuple[list[Nearest], float]:
    """The k nearest to every query, and a search's median seconds."""
    results, seconds = [], []
    for vector in vectors:
        begun = time.perf_counter()
        scores, positions = index.search(vector, k)
        seconds.append(time.perf_counter() - begun)
        results.append(Nearest(scores, positions))
    return results, statistics.median(seconds)
