"""A search as plain values, under the field names of the domain types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.types import DocumentStore, Evaluation, SearchTrace

ROUND = 6


def trace_values(
    trace: SearchTrace, store: DocumentStore, *, depth: int, stages: Sequence[str]
) -> dict[str, Any]:
    """The trace, its first `depth` hits a stage, each with its title."""
    shown = [ranking for ranking in trace.rankings if ranking.stage in stages]
    doc_ids = list(dict.fromkeys(d for ranking in shown for d in ranking.ids(depth)))
    titles = {document.doc_id: document.title for document in store.get(doc_ids)}
    return {
        "query": trace.query,
        "corpus": {
            "name": trace.corpus.name,
            "fingerprint": trace.corpus.fingerprint,
            "documents": trace.corpus.documents,
        },
        "rankings": [
            {
                "stage": ranking.stage,
                "model": ranking.model,
                "hits": [
                    {
                        "doc_id": hit.doc_id,
                        "rank": hit.rank,
                        "score": hit.score,
                        "title": titles[hit.doc_id],
                    }
                    for hit in ranking.hits[:depth]
                ],
            }
            for ranking in shown
        ],
        "timings": [asdict(timing) for timing in trace.timings],
        "total_seconds": trace.total_seconds,
        "other_seconds": trace.other_seconds,
        "complete": trace.complete,
        "truncated": dict(trace.truncated),
        "notices": list(trace.notices),
        "usage": {stage: asdict(usage) for stage, usage in trace.usage.items()},
        "failures": dict(trace.failures),
    }


def evaluation_values(evaluation: Evaluation, n_queries: int) -> dict[str, Any]:
    """The means of an evaluation, rounded to six decimals."""
    means = {name: round(value, ROUND) for name, value in evaluation.mean.items()}
    judged = {f"judged@{evaluation.k}": round(evaluation.judged_at_k, ROUND)}
    return {"stage": evaluation.run, "queries": n_queries, **means, **judged}
