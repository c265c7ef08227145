"""Runs as one table, for readers that want neither TREC's columns nor its escapes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.types import Run
from system.csv_writing import csv_text

COLUMNS = ("run", "query_id", "doc_id", "rank", "score")


def runs_csv(runs: Iterable[Run]) -> str:
    """Every document of every list with its rank and score, ids as they are."""
    return csv_text(
        COLUMNS,
        (
            (run.name, query_id, hit.doc_id, hit.rank, hit.score)
            for run in runs
            for query_id, ranking in run.rankings.items()
            for hit in ranking.hits
        ),
    )
