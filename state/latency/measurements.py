"""What each measurement of the lab does, for one corpus, query and settings."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from corpora.indexes.vectors import SEARCH_BREADTH, FaissIndex, HnswIndex
from engine.latency.ann import AnnQuery, AnnReport, measure_ann
from engine.latency.batching import (
    PAIRS,
    BatchReport,
    BatchSetting,
    measure_batching,
    settings_to_try,
)
from engine.latency.depth import DeepPass, deep_pass
from engine.latency.energy import EnergyReport, measure_energy
from engine.latency.index_scaling import (
    MOST_QUERIES,
    IndexScaling,
    measure_index_scaling,
    sizes_up_to,
)
from engine.latency.power import Rapl
from engine.latency.repeated_searches import Counted, LatencyReport, repeat
from engine.latency.scale import ScaleMeasured, measure_scale, sample_ids
from engine.quality.passage_judgments import held_grades
from engine.search.precision.rescoring import scorer_of
from engine.search.settings import Settings
from engine.types import Cancel, Floats, ProgressCallback, Query, Reranker
from engine.types.ranker_names import is_encoder
from models.cross_encoders.batching import Batching
from models.cross_encoders.cross_encoder import CrossEncoder
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.search import additional_encoders as encoders

MOST_ANN_QUERIES = 1_000
OPENING_WORDS, OPENINGS = 8, 50
REPEATS = 5  # searches of one query, for one alone is noisy


@dataclass(frozen=True, slots=True)
class MeasurementRequest:
    """What the lab measures for; additional rerankers stay out, for some cost money.

    Additional bi-encoders take part in repeated searches, once they have embedded the corpus.
    """

    loaded: LoadedCorpus
    query: str
    settings: Settings

    @property
    def local(self) -> Settings:
        return replace(self.settings, rerankers=())

    @property
    def repeated(self) -> Settings:
        usable = encoders.usable(self.loaded.searcher, self.settings).rerankers
        return replace(self.settings, rerankers=tuple(n for n in usable if is_encoder(n)))

    def scoring(self, model: CrossEncoder) -> Reranker:
        """The model as a search of these settings has it score, loaded."""
        return scorer_of(model, self.settings.precision).reranker

    @property
    def dimensions(self) -> int:
        """Of the bi-encoder's vectors."""
        return workbench().models.bi_encoder().dimensions

    def vectors(self) -> Floats:
        """The corpus' embeddings."""
        return workbench().indexes.all_vectors(self.loaded.corpus)


@dataclass(frozen=True, slots=True)
class ScaleReport:
    """Small sizes on the corpus' own documents, and searches up to a large size."""

    measured: ScaleMeasured
    scaling: IndexScaling


@dataclass(frozen=True, slots=True)
class AnnResult:
    """Recall over efSearch; `own` says whether the queries are the corpus' own."""

    report: AnnReport
    own: bool


def repeated(
    request: MeasurementRequest, runs: int, on_progress: ProgressCallback, cancel: Cancel
) -> LatencyReport | None:
    """One cold search, then `runs` warm ones with the shared models; None when cancelled.

    The warm ones know the texts' tokens and no score, for a remembered score costs nothing.
    """
    on_progress("cold run: loading the models anew", 0, runs + 1)
    settings = request.repeated
    cold_searcher, load_seconds = workbench().searchers.cold(
        request.loaded.corpus, settings.rerankers
    )
    start = time.perf_counter()
    scorer_of(cold_searcher.reranker, settings.precision)  # loads what this mode scores by
    load_seconds += time.perf_counter() - start
    if cancel():
        return None
    on_progress("cold run: searching", 0, runs + 1)
    cold = cold_searcher.pipeline(settings).run(request.query, cancel=cancel)
    del cold_searcher
    if not cold.complete:
        return None
    counted = Counted(workbench().models.cross_encoder().without_score_cache())
    pipeline = replace(request.loaded.searcher, reranker=counted).pipeline(settings)
    samples = repeat(
        pipeline,
        request.query,
        runs,
        on_progress=lambda run, of: on_progress(f"run {run} of {of}", run, of + 1),
        cancel=cancel,
    )
    if samples is None:
        return None
    if samples.pairs is not None:
        samples = replace(samples, pairs=replace(samples.pairs, tokens=counted.tokens))
    return LatencyReport(samples, cold, load_seconds)


def deep(
    request: MeasurementRequest, on_progress: ProgressCallback, cancel: Cancel
) -> DeepPass | None:
    """The scores of all candidates down to the greatest depth."""
    return deep_pass(
        request.loaded.searcher,
        request.query,
        request.local,
        reranker=request.scoring(workbench().models.cross_encoder().without_caches()),
        on_progress=on_progress,
        cancel=cancel,
    )


def batches(
    request: MeasurementRequest, on_progress: ProgressCallback, cancel: Cancel
) -> BatchReport | None:
    """Pairs a second and memory over batch settings, on a sample of the corpus."""
    model = workbench().models.cross_encoder()
    uncached_model = model.without_score_cache()
    current = current_batches()
    store = request.loaded.searcher.store
    return measure_batching(
        request.query,
        [document.content for document in store.get(sample_ids(store.ids(), PAIRS))],
        settings=settings_to_try(current),
        current=current,
        reranker_with=lambda s: request.scoring(
            uncached_model.with_batches(Batching(s.budget, s.largest))
        ),
        on_progress=on_progress,
        cancel=cancel,
    )


def current_batches() -> BatchSetting:
    """The batches that every visitor's searches are scored in now."""
    batching = workbench().models.cross_encoder().batching
    return BatchSetting(batching.budget, batching.largest)


def usual_batches() -> BatchSetting:
    """The batches that the app begins with."""
    batching = Batching()
    return BatchSetting(batching.budget, batching.largest)


def apply_batches(setting: BatchSetting) -> None:
    """Score every visitor's searches in these batches from now on, until the server ends."""
    require(Act.SERVER_SETTINGS)
    workbench().models.cross_encoder().batching = Batching(setting.budget, setting.largest)


def scale(
    request: MeasurementRequest, most: int, on_progress: ProgressCallback, cancel: Cancel
) -> ScaleReport | None:
    """One and a hundred documents by every model, then searches of up to `most` vectors."""
    bench = workbench()
    encoder = bench.models.bi_encoder()
    measured = measure_scale(
        request.loaded.searcher,
        request.query,
        encoder=encoder.without_caches(),
        reranker=request.scoring(bench.models.cross_encoder().without_caches()),
        on_progress=on_progress,
        cancel=cancel,
    )
    if measured is None:
        return None
    corpus_vectors = request.vectors()
    texts = [request.query, *(q.text for q in request.loaded.corpus.queries)][:MOST_QUERIES]
    dimensions = int(corpus_vectors.shape[1])
    graph = HnswIndex.empty(dimensions)
    scaling = measure_index_scaling(
        corpus_vectors,
        encoder.encode(texts, role="query"),
        sizes_up_to(most),
        exact_index=FaissIndex.empty(dimensions),
        ann_index=graph,
        links=graph.links,
        breadth=SEARCH_BREADTH,
        on_progress=on_progress,
        cancel=cancel,
    )
    return None if scaling is None else ScaleReport(measured, scaling)


def ann(
    request: MeasurementRequest, links: int, on_progress: ProgressCallback, cancel: Cancel
) -> AnnResult | None:
    """Recall of a graph over the corpus' vectors for the corpus' own queries."""
    corpus = request.loaded.corpus
    chosen = corpus.queries[:MOST_ANN_QUERIES]
    grades_by_query = held_grades(
        corpus.store, {q.query_id: corpus.judgments(q.query_id) for q in chosen}
    )
    queries = [AnnQuery(q.query_id, q.text, grades_by_query[q.query_id]) for q in chosen]
    has_judged_queries = bool(queries)
    if not has_judged_queries:
        store = request.loaded.searcher.store
        openings = store.get(sample_ids(store.ids(), OPENINGS))
        queries = [
            AnnQuery(d.doc_id, " ".join(d.content.split()[:OPENING_WORDS]) or d.doc_id, {})
            for d in openings
        ]
    on_progress("embedding the queries", 0, 0)
    encoder = workbench().models.bi_encoder()
    rows = []
    for query in queries:
        if cancel():
            return None
        rows.append(encoder.encode([query.text], role="query")[0])
    vectors = request.vectors()
    on_progress(f"linking {len(vectors):,} vectors", 0, 0)
    graph = HnswIndex.empty(int(vectors.shape[1]), links=links)
    for start in range(0, len(vectors), 1_000):
        if cancel():
            return None
        graph.add(np.asarray(vectors[start : start + 1_000]))
    report = measure_ann(
        queries,
        np.stack(rows),
        request.loaded.searcher.store.ids(),
        exact_index=FaissIndex.from_vectors(vectors),
        ann_with=graph.with_breadth,
        links=links,
        on_progress=on_progress,
        cancel=cancel,
    )
    return None if report is None else AnnResult(report, has_judged_queries)


def energy(
    request: MeasurementRequest, queries: int, on_progress: ProgressCallback, cancel: Cancel
) -> EnergyReport | None:
    """Joules or seconds of this query, or of the first judged queries of the corpus."""
    corpus = request.loaded.corpus
    corpus_query = corpus.query_for_text(request.query)
    one, qrels = (
        (corpus_query, corpus.qrels)
        if corpus_query is not None
        else (Query("typed", request.query), ())
    )
    chosen = judged_queries(request.loaded)[:queries] if queries else [one] * REPEATS
    model = workbench().models.cross_encoder().without_score_cache()
    return measure_energy(
        replace(request.loaded.searcher, reranker=model),
        chosen,
        corpus.qrels if queries else qrels,
        request.local,
        meter=Rapl.from_system(),
        on_progress=on_progress,
        cancel=cancel,
    )


def judged_queries(loaded: LoadedCorpus) -> list[Query]:
    """The corpus' queries for which something relevant is judged."""
    relevant = {qrel.query_id for qrel in loaded.corpus.qrels if qrel.relevance > 0}
    return [query for query in loaded.corpus.queries if query.query_id in relevant]
