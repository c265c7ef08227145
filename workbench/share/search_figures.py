"""A finished search as frozen figures, with its corpus' judgments and the models behind it."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.share.provenance import provenance
from engine.share.search_snapshot import search_snapshot
from engine.types import CROSS_ENCODER, SearchTrace
from engine.types.share.snapshots import SearchSnapshot


def search_figures(
    corpus: Corpus,
    searcher: Searcher,
    trace: SearchTrace,
    settings: Settings,
    *,
    stages: Sequence[str],
    baseline: str = "",
    top: int | None = None,
) -> SearchSnapshot:
    """The first `top` (all without) of each of these stages, as they are now.

    Judgments are of documents: where some were split, the passages listed here have none.
    """
    rankings = [ranking for stage in stages if (ranking := trace.ranking(stage)) is not None]
    longest = max((len(ranking.hits) for ranking in rankings), default=0)
    shown_ids = list(dict.fromkeys(doc_id for ranking in rankings for doc_id in ranking.ids(top)))
    documents = {document.doc_id: document for document in searcher.store.get(shown_ids)}
    judged_query = corpus.query_for_text(trace.query)
    is_judged = judged_query is not None and not corpus.split
    judgments = corpus.judgments(judged_query.query_id) if judged_query and is_judged else {}
    reranked = trace.ranking(CROSS_ENCODER)
    origin = provenance(
        corpus.info,
        settings,
        models={ranking.stage: ranking.model for ranking in rankings},
        precision=reranked.precision if reranked else None,
    )
    return search_snapshot(
        trace,
        documents,
        origin,
        stages=stages,
        first_stage=settings.first_stage,
        baseline=baseline,
        top=longest if top is None else top,
        judgments=judgments,
        notices=searcher.reading_notices(trace),
    )
