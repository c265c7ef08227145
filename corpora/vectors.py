"""Exact nearest-neighbour search with FAISS."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from search.types import CrossExamError, Floats


class FaissIndex:
    """A VectorIndex by exact inner product, the cosine of L2-normalised vectors."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Floats) -> FaissIndex:
        """The index of `vectors`, shape (documents, dimensions); positions are their rows."""
        if vectors.ndim != 2 or vectors.shape[1] == 0:
            raise CrossExamError(
                f"vectors have shape {vectors.shape}, not (documents, dimensions): "
                "give one row a document"
            )
        finite = np.isfinite(vectors).all(axis=1)  # (documents,)
        if not finite.all():
            raise CrossExamError(
                f"vector {int(np.argmin(finite))} holds a value that is not finite: "
                "embed the corpus again"
            )
        index = faiss.IndexFlatIP(int(vectors.shape[1]))
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @property
    def dimensions(self) -> int:
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k best, best first; fewer where the index is smaller.

        Vectors of equal score come in no promised order.
        """
        if vector.size != self.dimensions:
            raise CrossExamError(
                f"the query's embedding has {vector.size} dimensions, the index "
                f"{self.dimensions}: rebuild the index with the query's model"
            )
        if not np.isfinite(vector).all():
            raise CrossExamError(
                "the query's embedding holds a value that is not finite: check the model"
            )
        if k < 1:
            raise CrossExamError(f"cannot search for the best {k}: give 1 or more")
        wanted = min(k, len(self))
        if wanted == 0:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        row = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
        scores, positions = self._index.search(row, wanted)  # (1, k) each
        return scores[0], positions[0]
