"""Three known pairs that any reranker must put in the right order."""

from __future__ import annotations

import time
from dataclasses import dataclass

from engine.types import Cancel, Cancelled, Reranker, Usage

QUERY = "What is the capital of France?"
DOCUMENTS = (
    "Paris is the capital of France.",
    "London is the capital of England.",
    "The Eiffel Tower is in Paris, France.",
)


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The scores of the three documents, and whether the one that answers is first."""

    name: str
    model: str
    kind: str
    scores: tuple[float, ...]
    seconds: float
    usage: Usage | None = None

    @property
    def passed(self) -> bool:
        return self.scores[0] > max(self.scores[1:])


def self_test(name: str, reranker: Reranker, *, cancel: Cancel | None = None) -> SelfTest:
    """Score the three pairs; raises CrossExamError where the reranker fails."""
    start = time.perf_counter()
    scores: dict[int, float] = {}
    usage: Usage | None = None
    for batch in reranker.score(QUERY, DOCUMENTS, cancel=cancel):
        scores.update(zip(batch.positions, batch.scores, strict=True))
        if batch.usage is not None:
            usage = batch.usage + (usage or Usage())
    if len(scores) < len(DOCUMENTS):
        raise Cancelled("the self-test was called off")
    return SelfTest(
        name,
        reranker.name,
        reranker.kind,
        tuple(scores[i] for i in range(len(DOCUMENTS))),
        time.perf_counter() - start,
        usage,
    )
