"""A map of embeddings: two dimensions that keep as much of their spread as two can."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import numpy as np

from engine.types import CrossExamError, Floats

MOST_POINTS = 4000
PCA, UMAP = "PCA", "UMAP"


@dataclass(frozen=True, slots=True)
class Projection:
    """Points on the map, by position in the corpus, and how to place others among them.

    `shown` are the positions of a sample at even distances; `explained` is the share of the
    variance that the two axes hold (PCA only, else 0).
    """

    method: str
    shown: tuple[int, ...]
    points: Floats
    explained: float
    mean: Floats
    axes: Floats

    def place(self, vectors: Floats) -> Floats:
        """Where other vectors of the same model lie on the map, shape (vectors, 2); PCA only."""
        if self.method != PCA:
            raise CrossExamError("UMAP places no new points here: choose PCA")
        centred = np.asarray(vectors, np.float32) - self.mean
        placed: Floats = np.asarray(centred @ self.axes.T, np.float32)
        return placed


def has_umap() -> bool:
    """Whether umap-learn can be imported."""
    return importlib.util.find_spec("umap") is not None


def pca(vectors: Floats, most: int = MOST_POINTS) -> Projection:
    """The two principal axes of all vectors, with the sign that makes them repeatable."""
    rows = np.asarray(vectors, np.float32)
    if rows.ndim != 2 or not len(rows):
        raise CrossExamError("there are no embeddings to draw: index the corpus first")
    mean: Floats = np.asarray(rows.mean(axis=0), np.float32)
    centred = rows - mean
    covariance = centred.T @ centred / len(rows)  # (dimensions, dimensions)
    values, eigenvectors = np.linalg.eigh(covariance.astype(np.float64))
    axes = eigenvectors[:, ::-1][:, :2].T  # (2, dimensions), the largest first
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    main: Floats = np.asarray(axes * signs[:, None], np.float32)
    if len(main) < 2:
        main = np.vstack([main, np.zeros_like(main)])
    total = float(np.maximum(values, 0).sum())
    explained = float(np.maximum(values[::-1][:2], 0).sum()) / total if total else 0.0
    shown_rows = _sample(len(rows), most)
    points: Floats = np.asarray(centred[list(shown_rows)] @ main.T, np.float32)
    return Projection(PCA, shown_rows, points, explained, mean, main)


def umap(vectors: Floats, most: int = MOST_POINTS, always: tuple[int, ...] = ()) -> Projection:
    """A UMAP of a sample by cosine (McInnes et al. 2018); `always` are positions to keep in.

    Where umap-learn is not installed, a CrossExamError says so.
    """
    if not has_umap():
        raise CrossExamError("umap-learn is not installed: pip install umap-learn, or choose PCA")
    import umap as umap_learn

    rows = np.asarray(vectors, np.float32)
    shown_rows = tuple(sorted({*_sample(len(rows), most), *always}))
    points = umap_learn.UMAP(n_components=2, metric="cosine", random_state=0).fit_transform(
        rows[list(shown_rows)]
    )
    none = np.zeros((0, rows.shape[1]), np.float32)
    return Projection(UMAP, shown_rows, np.asarray(points, np.float32), 0.0, none, none)


def _sample(count: int, most: int) -> tuple[int, ...]:
    if count <= most:
        return tuple(range(count))
    return tuple(sorted({int(i * count / most) for i in range(most)}))
