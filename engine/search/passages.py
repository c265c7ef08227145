"""A long document scored by its passages, so that nothing of it stays unread.

Dai & Callan 2019, "Deeper Text Understanding for IR with Contextual Neural Language
Modeling": MaxP takes the best passage; beside it the mean of the two best. As there, the
document's title may stand before every passage, so that a passage knows what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.search.stages.scoring import score_all
from engine.types import Cancel, CountCallback, Reranker


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
    title: str = "",
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> PassageScores:
    """Score each span of `document`, and the whole as the reranker would cut it.

    `title` is put before every span but one that begins the document, where it stands
    already. Raises Cancelled when the work was called off.
    """
    heading = f"{title} " if title else ""
    passages = [f"{heading if start else ''}{document[start:end]}" for start, end in spans]
    scores = score_all(
        reranker, query, [document, *passages], on_progress=on_progress, cancel=cancel
    )
    return PassageScores(
        tuple(
            Passage(start, end, score)
            for (start, end), score in zip(spans, scores[1:], strict=True)
        ),
        scores[0],
    )
