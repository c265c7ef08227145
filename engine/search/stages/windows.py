"""In which parts a reranker reads its candidates, so that something can be read early."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from engine.types import Cancel, Reranker, ScoredBatch

LEAST, SHARE = 10, 0.2


def first_window(candidates: int) -> int:
    """How many of the first stage's best are scored before the others: a fifth, ten at least."""
    return min(candidates, max(LEAST, ceil(SHARE * candidates)))


def in_windows(
    reranker: Reranker, query: str, documents: Sequence[str], *, cancel: Cancel
) -> Iterator[ScoredBatch]:
    """The batches of all documents, those of the first window before the rest.

    The reranker puts pairs of like length together within each of the two.
    """
    border = first_window(len(documents))
    for start, window in ((0, documents[:border]), (border, documents[border:])):
        n_scored = 0
        for batch in reranker.score(query, window, cancel=cancel):
            n_scored += len(batch.positions)
            positions = tuple(start + position for position in batch.positions)
            yield replace(batch, positions=positions)
        if n_scored < len(window):
            return
