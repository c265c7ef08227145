"""How exact and approximate search grow with the number of vectors, and a fitted curve.

Beyond the corpus' own size the vectors are synthetic: each is a corpus vector plus
Gaussian noise of half its length, brought back to length 1 (cosine to its original
about 0.89). They lie in clumps, in which a graph loses its way more easily than among as
many real documents: times carry over, recall does not.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np

from engine.latency.ann import recall_of
from engine.search.stages.stopwatch import wall_seconds
from engine.types import Cancel, CrossExamError, Floats, ProgressCallback, VectorIndex

NOISE, SEED = 0.5, 20261121
AT_ONCE = 1_000  # vectors added between two looks at the cancel button
LISTED, MOST_QUERIES, PASSES = 10, 20, 3
SIZES = (1, 100, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
LEAST_FITTED = 1_000


class GrowingIndex(VectorIndex, Protocol):
    """An index that vectors can be added to."""

    def add(self, vectors: Floats) -> None: ...

    @property
    def bytes(self) -> int:
        """What it fills in memory."""
        ...


@dataclass(frozen=True, slots=True)
class ScalingPoint:
    """Both ways of searching at one size, and how far HNSW agrees with exact search.

    Search seconds are medians over queries and passes, build seconds the sum of all
    additions up to this size. `recall` is the mean recall@10 against the exact search.
    """

    vectors: int
    synthetic: int
    exact_seconds: float
    ann_seconds: float
    exact_build: float
    ann_build: float
    exact_bytes: int
    ann_bytes: int
    recall: float


@dataclass(frozen=True, slots=True)
class IndexScaling:
    """The points in order of size; `own` vectors are the corpus' own."""

    points: tuple[ScalingPoint, ...]
    own: int
    dimensions: int
    queries: int
    links: int
    breadth: int

    def rows(self) -> list[tuple[int, int, float, float, float, int, int, float]]:
        """For every size: vectors, how many are synthetic, seconds, bytes and recall."""
        return [
            (
                p.vectors,
                p.synthetic,
                p.exact_seconds,
                p.ann_seconds,
                p.ann_build,
                p.exact_bytes,
                p.ann_bytes,
                p.recall,
            )
            for p in self.points
        ]


@dataclass(frozen=True, slots=True)
class Fit:
    """seconds = scale · n^exponent, or scale · n·log n; `error` is the largest relative miss."""

    kind: str
    scale: float
    exponent: float
    error: float
    least: int
    most: int

    def seconds(self, n: float) -> float:
        if self.kind == "n log n":
            return self.scale * n * math.log(n)
        return self.scale * float(n**self.exponent)

    @property
    def words(self) -> str:
        """The curve in a few words: "n^0.97" or "n·log n"."""
        return "n·log n" if self.kind == "n log n" else f"n^{self.exponent:.2f}"


def sizes_up_to(most: int) -> tuple[int, ...]:
    """The sizes to measure, `most` the last."""
    if most < 1:
        raise CrossExamError(f"cannot measure {most} vectors: give 1 or more")
    return (*(size for size in SIZES if size < most), most)


def vectors_for(own: Floats, start: int, end: int) -> Floats:
    """Rows start to end of an endless table: the corpus' own vectors, then synthetic ones."""
    positions = np.arange(start, end)
    rows = np.array(own[positions % len(own)], np.float32)  # (end - start, dimensions)
    synthetic = positions >= len(own)
    if synthetic.any():
        noise = np.random.default_rng((SEED, start)).standard_normal(
            (int(synthetic.sum()), own.shape[1]), dtype=np.float32
        )
        noise *= NOISE / math.sqrt(own.shape[1])
        rows[synthetic] += noise
        rows[synthetic] /= np.linalg.norm(rows[synthetic], axis=1, keepdims=True)
    return rows


def measure_index_scaling(
    own: Floats,
    queries: Floats,
    sizes: Sequence[int],
    *,
    exact_index: GrowingIndex,
    ann_index: GrowingIndex,
    links: int,
    breadth: int,
    on_progress: ProgressCallback,
    cancel: Cancel,
) -> IndexScaling | None:
    """Grow both indexes through the sizes and time them; None where it was cancelled."""
    if len(own) == 0 or len(queries) == 0:
        raise CrossExamError(
            f"{len(own)} vectors and {len(queries)} queries cannot be measured: give at least "
            "one of each"
        )
    queries = queries[:MOST_QUERIES]
    exact_build = ann_build = 0.0
    points = []
    for size in sizes:
        for start, end in _steps(len(exact_index), size):
            on_progress(f"linking vector {end:,} of {sizes[-1]:,}", end, sizes[-1])
            if cancel():
                return None
            rows = vectors_for(own, start, end)
            exact_build += wall_seconds(partial(exact_index.add, rows))
            ann_build += wall_seconds(partial(ann_index.add, rows))
        on_progress(f"searching {size:,} vectors", size, sizes[-1])
        true, exact_seconds = _searched(exact_index, queries, cancel)
        approximate, ann_seconds = _searched(ann_index, queries, cancel)
        if cancel():
            return None
        points.append(
            ScalingPoint(
                vectors=size,
                synthetic=max(0, size - len(own)),
                exact_seconds=exact_seconds,
                ann_seconds=ann_seconds,
                exact_build=exact_build,
                ann_build=ann_build,
                exact_bytes=exact_index.bytes,
                ann_bytes=ann_index.bytes,
                recall=statistics.fmean(map(recall_of, true, approximate)),
            )
        )
    return IndexScaling(tuple(points), len(own), own.shape[1], len(queries), links, breadth)


def fitted(
    sizes: Sequence[int], seconds: Sequence[float], *, loglinear: bool = False
) -> Fit | None:
    """The curve through measured points of 1,000 vectors and more; None below two of them.

    A power law by least squares on logarithms. With `loglinear`, n·log n is tried too, and
    the curve with the smaller largest relative error is given.
    """
    points = [(n, s) for n, s in zip(sizes, seconds, strict=True) if n >= LEAST_FITTED and s > 0]
    if len({n for n, _ in points}) < 2:
        return None
    ns = np.array([n for n, _ in points], float)
    ts = np.array([s for _, s in points], float)
    exponent, offset = np.polyfit(np.log(ns), np.log(ts), 1)
    fits = [_fit("power", math.exp(offset), float(exponent), ns, ts)]
    if loglinear:
        scale = math.exp(float(np.mean(np.log(ts) - np.log(ns * np.log(ns)))))
        fits.append(_fit("n log n", scale, 1.0, ns, ts))
    return min(fits, key=lambda fit: fit.error)


def _fit(kind: str, scale: float, exponent: float, ns: Floats, ts: Floats) -> Fit:
    bare = Fit(kind, scale, exponent, 0.0, int(ns.min()), int(ns.max()))
    error = max(abs(bare.seconds(n) / t - 1) for n, t in zip(ns, ts, strict=True))
    return Fit(kind, scale, exponent, float(error), bare.least, bare.most)


def _steps(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        upto = min(start + AT_ONCE, end)
        yield start, upto
        start = upto


def _searched(index: VectorIndex, queries: Floats, cancel: Cancel) -> tuple[list[Floats], float]:
    """The scores that each query finds, and a search's median seconds.

    The first round over the queries is not counted.
    """
    scores_by_query: list[Floats] = []
    seconds = []
    for _ in range(PASSES):
        scores_by_query = []
        for query in queries:
            if cancel():
                return scores_by_query, 0.0
            begun = time.perf_counter()
            scores, _ = index.search(query, LISTED)
            seconds.append(time.perf_counter() - begun)
            scores_by_query.append(scores)
    return scores_by_query, statistics.median(seconds[len(queries) :])
