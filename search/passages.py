"""A long document scored by its passages, so that nothing of it stays unread.

Dai & Callan 2019, "Deeper Text Understanding for IR with Contextual Neural Language
Modeling": MaxP takes the best passage; beside it the mean of the two best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.types import Cancel, Cancelled, Reranker


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of a document, (start, end) in characters, and its logit."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class PassageScores:
    """The windows of one document in reading order; `whole` is its score when cut."""

    passages: tuple[Passage, ...]
    whole: float

    @property
    def best(self) -> Passage:
        return max(self.passages, key=lambda passage: passage.score)

    @property
    def max_p(self) -> float:
        """The logit of the best passage."""
        return self.best.score

    @property
    def top_two(self) -> float:
        """The mean logit of the two best passages; of the only one where there is one."""
        best = sorted((passage.score for passage in self.passages), reverse=True)[:2]
        return sum(best) / len(best)


def score_passages(
    reranker: Reranker,
    query: str,
    document: str,
    spans: Sequence[tuple[int, int]],
    *,
    cancel: Cancel | None = None,
) -> PassageScores:
    """Score each span of `document`, and the whole as the reranker would cut it."""
    texts = [document, *(document[start:end] for start, end in spans)]
    scores = [0.0] * len(texts)
    found = 0
    for batch in reranker.score(query, texts, cancel=cancel):
        for position, score in zip(batch.positions, batch.scores, strict=True):
            scores[position] = score
            found += 1
    if found < len(texts):
        raise Cancelled("scoring by passages was cancelled")
    passages = tuple(
        Passage(start, end, score) for (start, end), score in zip(spans, scores[1:], strict=True)
    )
    return PassageScores(passages, scores[0])
