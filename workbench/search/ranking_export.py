"""A finished search as files: joins the trace with the models, libraries and judgments."""

from __future__ import annotations

from datetime import UTC, datetime

from corpora.stores.corpus import Corpus
from engine.search.export.ranking_files import ModelVersion, RankingExport
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError, Ranking, SearchTrace
from engine.types.ranker_names import is_encoder, name_of, parsed
from system.hardware import hardware
from system.project_version import project_version
from workbench.workbench import Workbench


def ranking_export(
    bench: Workbench, corpus: Corpus, searcher: Searcher, trace: SearchTrace, settings: Settings
) -> RankingExport:
    """The search with everything that its files say about where it came from."""
    query = corpus.query_for_text(trace.query)
    return RankingExport(
        trace,
        settings,
        corpus.store,
        models=tuple(_version(bench, searcher, ranking) for ranking in trace.rankings),
        cross_encoder=searcher.reranker.name,
        software={"crossexam": project_version(), **hardware()},
        exported=datetime.now(UTC).isoformat(timespec="seconds"),
        judgments=corpus.judgments(query.query_id) if query else {},
        query_id=query.query_id if query else "",
        index=bench.index_backends.serving(corpus).backend,
        notices=searcher.reading_notices(trace),
    )


def _version(bench: Workbench, searcher: Searcher, ranking: Ranking) -> ModelVersion:
    """What the stage of a ranking says of its model."""
    stage, name = ranking.stage, name_of(ranking.stage)
    if stage == CROSS_ENCODER:
        model = searcher.reranker
        backend = model.backend if ranking.precision is None else ranking.precision.backend
        return ModelVersion(stage, ranking.model, model.revision, backend)
    if stage == BI_ENCODER or is_encoder(stage):
        encoder = bench.models.encoder("" if name is None else parsed(name).model)
        return ModelVersion(stage, ranking.model, encoder.revision, encoder.backend)
    if name is not None and searcher.find_reranker is not None:
        try:
            reranker = searcher.find_reranker(name)
        except CrossExamError:  # its ranking stands; what it was is not known any more
            return ModelVersion(stage, ranking.model)
        return ModelVersion(stage, ranking.model, reranker.revision, reranker.backend)
    return ModelVersion(stage, ranking.model)
