"""Nearest-neighbour search with FAISS: exact, and approximate by a graph (HNSW)."""

from __future__ import annotations

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError, Floats

LINKS, BUILD_BREADTH, SEARCH_BREADTH = 16, 80, 64  # M, efConstruction and efSearch
BYTES = {"vector": 4, "link": 4, "offset": 8, "level": 4}


class _Vectors:
    """What both indexes do alike: they are added to, and know their size."""

    _index: Any

    def add(self, vectors: Floats) -> None:
        """Append rows; their positions follow the last."""
        self._index.add(_checked(vectors, self.dimensions))

    @property
    def dimensions(self) -> int:
        return int(self._index.d)

    @property
    def reach(self) -> None:
        """No bound: a search can list all vectors."""

    @property
    def vector_bytes(self) -> int:
        """What the vectors alone fill in memory."""
        return BYTES["vector"] * self.dimensions * len(self)

    def __len__(self) -> int:
        return int(self._index.ntotal)


class FaissIndex(_Vectors):
    """A VectorIndex by exact inner product, the cosine of L2-normalised vectors."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Floats) -> FaissIndex:
        """The index of `vectors`, shape (documents, dimensions); positions are their rows."""
        index = cls.empty(_dimensions(vectors))
        index.add(vectors)
        return index

    @classmethod
    def empty(cls, dimensions: int) -> FaissIndex:
        """An index without vectors, to be added to."""
        return cls(faiss.IndexFlatIP(dimensions))

    @property
    def bytes(self) -> int:
        """What the vectors fill in memory."""
        return self.vector_bytes

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k best, best first; fewer where the index is smaller.

        Vectors of equal score come in no promised order.
        """
        n_hits = _wanted(vector, k, self.dimensions, len(self))
        if n_hits == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        scores, positions = self._index.search(_row(vector), n_hits)  # (1, k) each
        return scores[0], positions[0]


class HnswIndex(_Vectors):
    """A VectorIndex by a navigable small-world graph: fast, and it may miss neighbours.

    Malkov & Yashunin 2016, "Efficient and robust approximate nearest neighbor search
    using Hierarchical Navigable Small World graphs". `breadth` is efSearch: how many
    candidates a search keeps; FAISS takes at least k.
    """

    def __init__(self, index: Any, breadth: int = SEARCH_BREADTH) -> None:
        if breadth < 1:
            raise CrossExamError(f"efSearch is {breadth}: give 1 or more")
        self._index = index
        self._parameters = _search_parameters(breadth)
        self.breadth = breadth

    @classmethod
    def from_vectors(cls, vectors: Floats, *, links: int = LINKS) -> HnswIndex:
        """The graph over `vectors`, shape (documents, dimensions); positions are their rows."""
        index = cls.empty(_dimensions(vectors), links=links)
        index.add(vectors)
        return index

    @classmethod
    def empty(cls, dimensions: int, *, links: int = LINKS) -> HnswIndex:
        """A graph without vectors; `links` is M, the links that a vector gets on each level."""
        if links < 2:
            raise CrossExamError(f"M is {links} links: a graph needs 2 or more")
        index: Any = faiss.IndexHNSWFlat(dimensions, links, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = BUILD_BREADTH
        return cls(index)

    def with_breadth(self, breadth: int) -> HnswIndex:
        """The same graph, searched with another efSearch."""
        return HnswIndex(self._index, breadth)

    @property
    def links(self) -> int:
        """M: the links of a vector on each level above the lowest, which has twice as many."""
        return int(self._index.hnsw.nb_neighbors(1))

    @property
    def bytes(self) -> int:
        """What the vectors and their links fill in memory."""
        graph = self._index.hnsw
        return int(
            self.vector_bytes
            + BYTES["link"] * graph.neighbors.size()
            + BYTES["offset"] * graph.offsets.size()
            + BYTES["level"] * graph.levels.size()
        )

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k best that were found, best first.

        Fewer than k where the index is smaller or the graph led to no more.
        """
        n_hits = _wanted(vector, k, self.dimensions, len(self))
        if n_hits == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        scores, positions = self._index.search(_row(vector), n_hits, params=self._parameters)
        is_hit = positions[0] >= 0
        return scores[0][is_hit], positions[0][is_hit]


def _search_parameters(breadth: int) -> Any:
    untyped: Any = faiss  # its stubs lack this class
    return untyped.SearchParametersHNSW(efSearch=breadth)


def _dimensions(vectors: Floats) -> int:
    if vectors.ndim != 2 or vectors.shape[1] == 0:
        raise CrossExamError(
            f"vectors have shape {vectors.shape}, not (documents, dimensions): "
            "give one row a document"
        )
    return int(vectors.shape[1])


def _checked(vectors: Floats, dimensions: int) -> Floats:
    """The rows as FAISS takes them."""
    if _dimensions(vectors) != dimensions:
        raise CrossExamError(
            f"the vectors have {vectors.shape[1]} dimensions, the index {dimensions}: "
            "rebuild the index with the vectors' model"
        )
    finite = np.isfinite(vectors).all(axis=1)  # (documents,)
    if not finite.all():
        raise CrossExamError(
            f"vector {int(np.argmin(finite))} holds a value that is not finite: "
            "embed the corpus again"
        )
    return np.ascontiguousarray(vectors, dtype=np.float32)


def _row(vector: Floats) -> Floats:
    return np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)


def _wanted(vector: Floats, k: int, dimensions: int, n: int) -> int:
    """How many can be found, once the query's vector and k are in order."""
    if vector.size != dimensions:
        raise CrossExamError(
            f"the query's embedding has {vector.size} dimensions, the index "
            f"{dimensions}: rebuild the index with the query's model"
        )
    if not np.isfinite(vector).all():
        raise CrossExamError(
            "the query's embedding holds a value that is not finite: check the model"
        )
    if k < 1:
        raise CrossExamError(f"cannot search for the best {k}: give 1 or more")
    return min(k, n)
