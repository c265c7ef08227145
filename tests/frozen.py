"""Snapshots of a small search, of a pair and of a quality run, for reports and walkthroughs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

import numpy as np

from engine.quality.candidate_scores import runs_of
from engine.quality.pipeline_figures import pipeline_figures
from engine.quality.pipelines import stage_pipelines
from engine.quality.runner import gather
from engine.search.settings import Settings
from engine.share.pair_snapshot import pair_snapshot
from engine.share.provenance import provenance
from engine.share.quality_snapshot import quality_snapshot
from engine.share.search_snapshot import search_snapshot
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    AttentionView,
    Attribution,
    Document,
    Qrel,
    Query,
    SearchTrace,
)
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import PairSnapshot, QualitySnapshot, SearchSnapshot
from tests.tiny import QUERY, Tiny, tiny_searcher

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
STAGES = (BM25, BI_ENCODER, CROSS_ENCODER)
TWENTY = [
    Tiny(f"d{i:02}", snakes=i % 19 + 1, angle=i / 40, logit=float(i * 7 % 20) - 9)
    for i in range(20)
]
GRADES = {"d17": 3, "d14": 0, "d02": 1}


@cache  # its seconds are measured, so another search would have others
def tiny_trace() -> SearchTrace:
    """A finished search of twenty documents, whose scores are worked out by hand."""
    searcher, _ = tiny_searcher(TWENTY, batch=8)
    *_, trace = searcher.pipeline(Settings(depth=20)).stream(QUERY)
    return trace


def tiny_provenance() -> Provenance:
    """Where the figures of `tiny_trace` are from."""
    searcher, _ = tiny_searcher(TWENTY)
    models = {"bi-encoder": "angles", "cross-encoder": "table"}
    return provenance(searcher.corpus, Settings(depth=20), models=models, now=NOW)


def frozen_search(texts: Mapping[str, tuple[str, str]] | None = None) -> SearchSnapshot:
    """The search, its documents with the (title, text) of `texts` where that has any."""
    searcher, _ = tiny_searcher(TWENTY)
    trace = tiny_trace()
    documents = {}
    for tiny in TWENTY:
        title, text = (texts or {}).get(tiny.doc_id, ("", "a snake, a python"))
        documents[tiny.doc_id] = Document(tiny.doc_id, text, title)
    return search_snapshot(
        trace,
        documents,
        tiny_provenance(),
        stages=STAGES,
        first_stage=BI_ENCODER,
        snippets=searcher.snippets(QUERY, list(documents.values())),
        judgments=GRADES,
    )


def frozen_pair(
    query_words: Sequence[str] = ("python", "snake"),
    document_words: Sequence[str] = ("Ball", "python", "care"),
    *,
    title: str = "Ball python care guide",
) -> PairSnapshot:
    """A pair whose words do 0.5, -0.4, 0.3, … to its score, with links of attention."""
    words = (*query_words, *document_words)
    values = tuple((0.5 - n / 20) * (-1) ** n for n in range(len(words)))
    segments = ("query",) * len(query_words) + ("document",) * len(document_words)
    weights = [
        [(q + 1) * (d + 1) / 100 for d in range(len(document_words))]
        for q in range(len(query_words))
    ]
    attribution = Attribution(
        "integrated gradients",
        words,
        values,
        baseline_score=-4.1,
        score=3.44,
        residual=0.012,
        segments=segments,
        special_value=0.25,
        baseline="empty document",
        steps=64,
    )
    block = np.array(weights, dtype=np.float32)
    view = AttentionView(
        query_units=tuple(query_words),
        doc_units=tuple(document_words),
        query_to_doc=block,
        doc_to_query=block.T,
        query_crossing=0.3,
        doc_crossing=0.2,
        query_to_special=0.4,
        doc_to_special=0.5,
        layer=None,
        head=None,
        merged=True,
    )
    return pair_snapshot(
        " ".join(query_words), "d1", title, tiny_provenance(), attribution, attention=view
    )


def frozen_quality(
    texts: Mapping[str, str] | None = None, *, weights: Mapping[str, float] | None = None
) -> QualitySnapshot:
    """A run of 30 queries through three pipelines, every list of it worked out by `TWENTY`."""
    searcher, reranker = tiny_searcher(TWENTY)
    queries = [Query(f"q{n:02}", (texts or {}).get(f"q{n:02}", "snake")) for n in range(30)]
    qrels = [
        Qrel(query.query_id, f"d{(n * 3 + step) % 20:02}", 3 - step)
        for n, query in enumerate(queries)
        for step in range(3)
    ]
    specs = stage_pipelines(STAGES, Settings(depth=10), reranker.name)
    by_name = {spec.name: spec for spec in specs.values()}
    gathered = gather(searcher, {reranker.name: reranker}, queries, list(by_name.values()))
    runs = runs_of(by_name, gathered)
    figures = pipeline_figures(by_name, gathered, runs, qrels, recall_at=10)
    return quality_snapshot(
        list(figures.values()),
        runs,
        qrels,
        {query.query_id: query.text for query in queries},
        tiny_provenance(),
        weights=weights,
    )
