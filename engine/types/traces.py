"""One search: its stages, their times and what they scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.types.documents import CorpusInfo
from engine.types.rankings import Ranking

BM25 = "bm25"
BI_ENCODER = "bi-encoder"
HYBRID = "hybrid"
CROSS_ENCODER = "cross-encoder"
BLEND = "blend"
STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER, BLEND)
FIRST_STAGES = (BM25, BI_ENCODER, HYBRID)
RUNS_FOR = {95: 20, 99: 100}  # fewer runs cannot carry that percentile: it is not shown
LOAD, RESCORE = "load", "rescore in fp32"
SCORE_STEPS = frozenset({"score", RESCORE})  # the steps of a stage whose results are scores


@dataclass(frozen=True, slots=True)
class StageTiming:
    """Seconds spent in one step of a stage; `cached` says that nothing was computed.

    `measured_seconds` is what a cached step took when it was computed; 0 where that is not
    known. It is no part of this search's time.
    """

    stage: str
    step: str
    seconds: float
    n_in: int
    n_out: int
    cached: bool = False
    measured_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a remote reranker consumed; `dollars` is None where no price is known.

    `malformed` answers could not be read; `price_note` says by which price `dollars`
    was worked out.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    search_units: float = 0.0
    malformed: int = 0
    dollars: float | None = None
    price_note: str = ""

    def __add__(self, other: Usage) -> Usage:
        """Both together; the dollars are known only where both are."""
        priced = self.dollars is not None and other.dollars is not None
        if self.requests == 0 or other.requests == 0:
            dollars = self.dollars if other.requests == 0 else other.dollars
        else:
            dollars = (self.dollars or 0.0) + (other.dollars or 0.0) if priced else None
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.search_units + other.search_units,
            self.malformed + other.malformed,
            dollars,
            other.price_note or self.price_note,
        )


@dataclass(frozen=True, slots=True)
class SearchTrace:
    """Everything that a page, the CLI or a report shows of one search.

    While a search runs, ever fuller traces are yielded: `complete` is False,
    `scored` of `to_score` pairs are done, and the cross-encoder's ranking holds
    the pairs scored so far. `truncated` maps a document to the tokens of it
    that the cross-encoder never read. `scoring` is the stage that is scoring now;
    `usage` is what each remote reranker consumed, by stage, and `failures` says why a
    named reranker has no whole ranking.
    """

    query: str
    corpus: CorpusInfo
    rankings: tuple[Ranking, ...] = ()
    timings: tuple[StageTiming, ...] = ()
    total_seconds: float = 0.0
    complete: bool = False
    scored: int = 0
    to_score: int = 0
    truncated: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    scoring: str = ""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)

    @property
    def other_seconds(self) -> float:
        """What the steps do not explain: total minus their sum, never negative."""
        return max(0.0, self.total_seconds - sum(t.seconds for t in self.timings))

    def ranking(self, stage: str) -> Ranking | None:
        return next((r for r in self.rankings if r.stage == stage), None)

    def stage_seconds(self, stage: str) -> float:
        return sum(t.seconds for t in self.timings if t.stage == stage)

    def measured_seconds(self, stage: str) -> float:
        """What the stage's remembered scores took when they were computed, before this search."""
        return sum(t.measured_seconds for t in self.timings if t.stage == stage)


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """Scores of some of the documents handed to a reranker, in whatever order.

    `positions` index into the documents; `scores` are raw logits; `n_truncated`
    counts the tokens of each document that were cut; `seconds` is the batch's
    own time and `tokens` the tokens that went through the model, padding
    included. `tokenise_seconds` were spent before the first batch on the tokens of
    all pairs; `tokenise_cached` says that every text's tokens were remembered.
    `cached` says that the scores themselves were: nothing was computed; they took
    `measured_seconds` when they were.
    `waited_seconds` went by before it, while the model read for other visitors.
    `usage` is what a remote service consumed for it, `notices` what a person should know.
    """

    positions: tuple[int, ...]
    scores: tuple[float, ...]
    n_truncated: tuple[int, ...]
    seconds: float
    tokens: int = 0
    tokenise_seconds: float = 0.0
    tokenise_cached: bool = False
    cached: bool = False
    measured_seconds: float = 0.0
    waited_seconds: float = 0.0
    usage: Usage | None = None
    notices: tuple[str, ...] = ()
