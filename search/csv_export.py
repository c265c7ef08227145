"""A comparison as CSV: a row a document, its rank and score in every stage."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from search.movement import movements
from search.types import Document, SearchTrace

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def comparison_csv(
    trace: SearchTrace,
    documents: Mapping[str, Document],
    judgments: Mapping[str, int],
    *,
    stages: Sequence[str],
    baseline: str,
) -> str:
    """All listed documents, in the order of the last stage, then of those before it.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    rankings = [r for stage in stages if (r := trace.ranking(stage)) is not None]
    base = trace.ranking(baseline)
    doc_ids = list(dict.fromkeys(d for ranking in reversed(rankings) for d in ranking.ids()))
    hits = {r.stage: {hit.doc_id: hit for hit in r.hits} for r in rankings}
    moved = {r.stage: movements(base, r) for r in rankings if base and r.stage != baseline}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    header = ["query", "doc_id", "title", "judgment"]
    for ranking in rankings:
        header += [f"{ranking.stage} rank", f"{ranking.stage} score"]
        if ranking.stage in moved:
            header.append(f"{ranking.stage} change from {baseline}")
    writer.writerow(header)
    for doc_id in doc_ids:
        document = documents.get(doc_id)
        row: list[object] = [
            spreadsheet_safe(trace.query),
            spreadsheet_safe(doc_id),
            spreadsheet_safe(document.title if document else ""),
            judgments.get(doc_id, ""),
        ]
        for ranking in rankings:
            hit = hits[ranking.stage].get(doc_id)
            row += [hit.rank, repr(hit.score)] if hit else ["", ""]
            if ranking.stage in moved:
                movement = moved[ranking.stage].get(doc_id)
                change = movement.change if movement else None
                row.append("" if change is None else change)
        writer.writerow(row)
    return out.getvalue()


def spreadsheet_safe(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
