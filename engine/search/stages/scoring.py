"""All scores of a reranker at once, for work that has no use for half of them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.types import Cancel, Cancelled, CountCallback, Reranker


def score_all(
    reranker: Reranker,
    query: str,
    documents: Sequence[str],
    *,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> list[float]:
    """The score of each document, in order; raises Cancelled when it was called off."""
    scores = [0.0] * len(documents)
    done = 0
    for batch in reranker.score(query, documents, cancel=cancel):
        for position, score in zip(batch.positions, batch.scores, strict=True):
            scores[position] = score
        done += len(batch.positions)
        if on_progress is not None:
            on_progress(done, len(documents))
    if done < len(documents):
        raise Cancelled("the scoring was cancelled")
    return scores
