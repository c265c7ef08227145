"""Rankers that answer as a test says, and the candidates that they are asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from engine.quality.parity.answers import AskedRanker
from engine.quality.parity.parity import Candidates, parity
from engine.search.precision.rescoring import Scorer
from engine.types import Cancel, Document, Query, Reranker, ScoredBatch
from engine.types.parity.report import ParityReport, SideLabel

Rows = Sequence[tuple[int, float]]


@dataclass
class ScriptedReranker(Reranker):
    """Answers the rows that `script` makes of query and texts, in one batch; `asked` of each."""

    script: Callable[[str, Sequence[str]], Rows]
    name: str = "scripted"
    asked: list[list[str]] = field(default_factory=list)

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        self.asked.append(list(documents))
        rows = self.script(query, documents)
        yield ScoredBatch(
            tuple(position for position, _ in rows),
            tuple(score for _, score in rows),
            (0,) * len(rows),
            0.0,
        )


def side(reranker: Reranker, name: str = "", scorer: Scorer | None = None) -> AskedRanker:
    own = scorer or Scorer(reranker, reranker.precision)
    return AskedRanker(SideLabel(name or reranker.name, reranker.name, "logit"), own, reranker)


def sample(texts: dict[str, list[str]]) -> list[Candidates]:
    """Candidates by query; a document's id is its text, which is its first word too."""
    return [
        Candidates(Query(query, f"what is {query}"), tuple(Document(t, t) for t in documents))
        for query, documents in texts.items()
    ]


def compared(
    a: AskedRanker, b: AskedRanker, candidates: list[Candidates], repeats: int = 0
) -> ParityReport:
    """The whole report."""
    *_, report = parity(a, b, candidates, corpus="c", candidates="all", repeats=repeats)
    return report
