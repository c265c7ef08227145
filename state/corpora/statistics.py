"""Figures and maps of corpora, computed once in the background and shared by all visitors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from corpora.statistics.figures import CorpusFigures, ModelReading
from corpora.statistics.projection import PCA, Projection, has_umap, pca, umap
from corpora.stores.corpus import Corpus
from engine.types import Document
from jobs.job import Job
from jobs.result_cache import ResultCache
from jobs.shared_jobs import SharedJob, SharedJobs
from state.app_resources import workbench
from state.visitor import visitor_work

REMEMBERED = 12
__all__ = ["CorpusFigures", "ModelReading", "Projection"]


@st.cache_resource(show_spinner=False)
def _maps() -> ResultCache[Job[Projection]]:
    return ResultCache(REMEMBERED)


@st.cache_resource(show_spinner=False)
def _countings() -> SharedJobs[CorpusFigures]:
    return SharedJobs(REMEMBERED)


def figures(corpus: Corpus) -> SharedJob[CorpusFigures]:
    """The counting of a corpus.

    For a visitor who cancelled it, it stays so until `count_again`; others go on to wait for it.
    """
    bench = workbench()
    return _countings().of(
        corpus.info.fingerprint,
        visitor_work(),
        lambda: Job(
            "counting",
            lambda job: bench.tokens.corpus_figures(
                corpus, on_progress=job.report, cancel=job.should_stop
            ),
        ),
    )


def count_again(corpus: Corpus) -> None:
    """Have this visitor wait again for a counting that they cancelled."""
    _countings().again(corpus.info.fingerprint, visitor_work())


def methods() -> list[str]:
    """The kinds of map that can be drawn here."""
    return [PCA, "UMAP"] if has_umap() else [PCA]


def projection(corpus: Corpus, method: str) -> Job[Projection]:
    """The drawing of a corpus' map from the embeddings that are kept of it."""
    bench = workbench()

    def work(job: Job[Projection]) -> Projection:  # noqa: ARG001
        vectors = bench.indexes.all_vectors(corpus)
        return pca(vectors) if method == PCA else umap(vectors)

    return _maps().get_or_make(
        (method, corpus.info.fingerprint),
        lambda: Job("drawing the map", work),
        usable=lambda job: job.running or job.value is not None,
    )


@dataclass(frozen=True, slots=True)
class Spots:
    """Labels of the points drawn, where documents by id lie with theirs, and the query."""

    labels: list[str]
    documents: dict[str, tuple[float, float, str]]
    query: tuple[float, float] | None


def spots(corpus: Corpus, drawn: Projection, doc_ids: list[str], query: str) -> Spots:
    """What to write and to light up on a map; a UMAP lights only the documents it drew."""
    ids = corpus.store.ids()
    labels = [d.title or d.text for d in corpus.store.get([ids[i] for i in drawn.shown])]
    titles = {d.doc_id: d.title or d.text for d in corpus.store.get(doc_ids)}
    wanted_ids = set(doc_ids)
    positions = {doc_id: i for i, doc_id in enumerate(ids) if doc_id in wanted_ids}
    if drawn.method != PCA:
        point_of = dict(zip(drawn.shown, drawn.points, strict=True))
        positions_drawn = {
            doc_id: (float(point_of[p][0]), float(point_of[p][1]), titles[doc_id])
            for doc_id, p in positions.items()
            if p in point_of
        }
        return Spots(labels, positions_drawn, None)
    bench = workbench()
    vectors = bench.indexes.vectors(corpus)
    positions_drawn = {}
    if vectors is not None and positions:
        placed = drawn.place(vectors[list(positions.values())])
        positions_drawn = {
            doc_id: (float(x), float(y), titles[doc_id])
            for doc_id, (x, y) in zip(positions, placed, strict=True)
        }
    if not query:
        return Spots(labels, positions_drawn, None)
    x, y = drawn.place(bench.models.bi_encoder().encode([query]))[0]
    return Spots(labels, positions_drawn, (float(x), float(y)))


def duplicates(
    corpus: Corpus, figures: CorpusFigures, most: int
) -> list[tuple[Document, Document, float]]:
    """The most similar pairs of near-duplicates, each with its similarity."""
    pairs = figures.duplicates[:most]
    if not pairs:
        return []
    ids = corpus.store.ids()
    left = corpus.store.get([ids[pair.left] for pair in pairs])
    right = corpus.store.get([ids[pair.right] for pair in pairs])
    return [(a, b, pair.similarity) for a, b, pair in zip(left, right, pairs, strict=True)]


def middle(numbers: NDArray[np.int64]) -> float:
    """The median, 0 of none."""
    return float(np.median(numbers)) if len(numbers) else 0.0


def query_tokens(query: str) -> int:
    """How many tokens of this query the cross-encoder reads beside a document."""
    return workbench().tokens.query_tokens(query)
