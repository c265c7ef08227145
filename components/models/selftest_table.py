"""The scores of three known pairs, and whether the reranker got them right."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types.wording.numbers import decimal


def self_test_table(
    documents: Sequence[str], scores: Sequence[float], kind: str, *, key: str
) -> None:
    """Draw a row for each document, best first, with its score."""
    best = sorted(zip(documents, scores, strict=True), key=lambda row: -row[1])
    rows = [
        [TableCell(str(rank)), TableCell(document), TableCell(decimal(score, 3))]
        for rank, (document, score) in enumerate(best, 1)
    ]
    columns = [TableColumn("Rank"), TableColumn("Document", words=True), TableColumn("Score", kind)]
    plain_table(columns, rows, caption="The self-test", key=key)
