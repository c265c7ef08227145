"""A search as plain values, under the field names of the domain types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from engine.search.precision.near_ties import near_ties
from engine.types import DocumentStore, Evaluation, Ranking, SearchTrace

ROUND = 6


def trace_values(
    trace: SearchTrace, store: DocumentStore, *, depth: int, stages: Sequence[str]
) -> dict[str, Any]:
    """The trace, its first `depth` hits a stage, each with its title."""
    shown_rankings = [ranking for ranking in trace.rankings if ranking.stage in stages]
    doc_ids = list(dict.fromkeys(d for ranking in shown_rankings for d in ranking.ids(depth)))
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
                **_precision_values(ranking),
                "hits": _hit_values(ranking, titles, depth),
            }
            for ranking in shown_rankings
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


def _hit_values(ranking: Ranking, titles: Mapping[str, str], depth: int) -> list[dict[str, Any]]:
    near_tie_ids = near_ties(ranking)
    hits = []
    for hit in ranking.hits[:depth]:
        values = {
            "doc_id": hit.doc_id,
            "rank": hit.rank,
            "score": hit.score,
            "title": titles[hit.doc_id],
        }
        if ranking.precision is not None:
            values["near_tie"] = hit.doc_id in near_tie_ids
            values["precision"] = ranking.precision.of(hit.doc_id)
        hits.append(values)
    return hits


def _precision_values(ranking: Ranking) -> dict[str, Any]:
    """What scored the hits and how far it may be off, where that is known."""
    precision = ranking.precision
    if precision is None:
        return {}
    return {
        "precision": {
            "mode": precision.mode,
            "backend": precision.backend,
            "drift_p99": precision.drift,
            "drift_measured": precision.measured,
            "rescored": len(precision.exact),
        }
    }


def evaluation_values(evaluation: Evaluation, n_queries: int) -> dict[str, Any]:
    """The means of an evaluation, rounded to six decimals."""
    means = {name: round(value, ROUND) for name, value in evaluation.mean.items()}
    judged_at = {f"judged@{evaluation.k}": round(evaluation.judged_at_k, ROUND)}
    return {"stage": evaluation.run, "queries": n_queries, **means, **judged_at}
