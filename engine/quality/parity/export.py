"""A comparison of two rankers as CSV and as plain values."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.quality.parity.sentence import remarks, verdict
from engine.types.parity.report import ParityReport
from system.csv_writing import csv_text


def pairs_csv(report: ParityReport) -> str:
    """A row for each pair that both scored: query, document, both scores and their difference."""
    rows = (
        (query.query_id, query.text, pair.doc_id, pair.a, pair.b, pair.b - pair.a)
        for query in report.queries
        for pair in query.pairs
    )
    return csv_text(("query_id", "query", "doc_id", "score_a", "score_b", "difference"), rows)


def report_values(report: ParityReport) -> dict[str, Any]:
    """The report as JSON holds it, with its verdict, its counts and every pair."""
    figures = asdict(report)
    return {
        "verdict": verdict(report),
        "remarks": remarks(report),
        "complete": report.complete,
        "pairs": report.pairs,
        "faulty": [query.query_id for query in report.faulty],
        "permuted": [query.query_id for query in report.permuted],
        "reordered": [query.query_id for query in report.reordered],
        **figures,
    }
