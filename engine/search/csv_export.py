"""A comparison as CSV: a row a document, its rank and score in every stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.search.movement import movements
from engine.search.precision.near_ties import near_ties
from engine.types import Document, Ranking, SearchTrace
from system.csv_writing import Cell, csv_text


def comparison_csv(
    trace: SearchTrace,
    documents: Mapping[str, Document],
    judgments: Mapping[str, int],
    *,
    stages: Sequence[str],
    baseline: str,
) -> str:
    """All listed documents, in the order of the last stage, then of those before it."""
    rankings = [r for stage in stages if (r := trace.ranking(stage)) is not None]
    baseline_ranking = trace.ranking(baseline)
    doc_ids = list(dict.fromkeys(d for ranking in reversed(rankings) for d in ranking.ids()))
    hits_by_stage = {r.stage: {hit.doc_id: hit for hit in r.hits} for r in rankings}
    movements_by_stage = {
        r.stage: movements(baseline_ranking, r)
        for r in rankings
        if baseline_ranking and r.stage != baseline
    }
    near_ties_by_stage = {r.stage: near_ties(r) for r in rankings if r.precision is not None}
    header = ["query", "doc_id", "title", "judgment"]
    for ranking in rankings:
        header += [f"{ranking.stage} rank", f"{ranking.stage} score"]
        if ranking.stage in movements_by_stage:
            header.append(f"{ranking.stage} change from {baseline}")
        if ranking.stage in near_ties_by_stage:
            header += [f"{ranking.stage} near tie", f"{ranking.stage} precision"]
    rows = []
    for doc_id in doc_ids:
        document = documents.get(doc_id)
        title = document.title if document else ""
        row: list[Cell] = [trace.query, doc_id, title, judgments.get(doc_id)]
        for ranking in rankings:
            hit = hits_by_stage[ranking.stage].get(doc_id)
            row += [hit.rank, repr(hit.score)] if hit else ["", ""]
            if ranking.stage in movements_by_stage:
                movement = movements_by_stage[ranking.stage].get(doc_id)
                change = movement.change if movement else None
                row.append("" if change is None else change)
            if ranking.stage in near_ties_by_stage:
                row.append("yes" if doc_id in near_ties_by_stage[ranking.stage] else "")
                row.append(_precision_words(ranking, doc_id) if hit else "")
        rows.append(row)
    return csv_text(header, rows)


def _precision_words(ranking: Ranking, doc_id: str) -> str:
    """ "fp32 (fast)" or "OpenVINO bf16, p99 of its drift 0.046 (fast)"."""
    precision = ranking.precision
    if precision is None:
        return ""
    drift = precision.drift_of(doc_id)
    backend_phrase = f"{precision.backend}, p99 of its drift {drift:.3f}" if drift else "fp32"
    return f"{backend_phrase} ({precision.mode})"
