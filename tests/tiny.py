"""A search whose every score can be worked out by hand, and a clock that only tests move.

A tiny document says what each stage gives it: `snakes` is its BM25 score for the query
"snake" (a count of the word), `angle` its angle in radians to every query (the
bi-encoder's score is the cosine) and `logit` the cross-encoder's score.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.quality.candidate_scores import runs_of
from engine.quality.pipelines import stage_pipelines
from engine.quality.runner import gather
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.dense import DenseRetriever
from engine.search.stages.lexical import LexicalRetriever
from engine.types import (
    Cancel,
    CorpusInfo,
    Document,
    Encoder,
    Floats,
    Hit,
    ProgressCallback,
    Query,
    Ranking,
    Reranker,
    Retriever,
    Role,
    Run,
    ScoredBatch,
    VectorIndex,
)

QUERY = "snake"


@dataclass(frozen=True, slots=True)
class Tiny:
    """One document and what every stage gives it for the query "snake"."""

    doc_id: str
    snakes: int = 0
    angle: float = 1.0
    logit: float = 0.0
    cut: int = 0

    @property
    def document(self) -> Document:
        return Document(self.doc_id, QUERY + " " + " ".join([QUERY] * self.snakes), self.doc_id)


class Clock:
    """Seconds that pass only when a test says so; exact for multiples of 1/64."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class TinyStore:
    """Documents in a list."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.doc_id: document for document in documents}

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        return [self._documents[doc_id] for doc_id in doc_ids]

    def ids(self) -> Sequence[str]:
        return list(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


class CountIndex:
    """Scores a document by how often it holds the query's terms."""

    name = "counts"

    def __init__(self, counts: Sequence[int], clock: Clock | None = None) -> None:
        self._counts = counts
        self._clock = clock

    def terms(self, text: str) -> list[str]:
        return text.lower().split()

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float64]:
        if self._clock:
            self._clock.passes(1 / 4)
        return np.array([count * list(query_terms).count(QUERY) for count in self._counts], float)

    def __len__(self) -> int:
        return len(self._counts)


class AngleEncoder(Encoder):
    """Every query points to angle 0; what lies beyond 100 words is said to be cut."""

    name = "angles"
    limit = 100

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock

    def encode(self, texts: Sequence[str], role: Role = "query") -> Floats:
        if self._clock:
            self._clock.passes(1 / 2)
        return np.array([[1.0, 0.0]] * len(texts), dtype=np.float32)

    def n_truncated(self, text: str) -> int:
        return max(0, len(text.split()) - self.limit)


class ExactIndex(VectorIndex):
    """Inner products by numpy, in the order of positions where they tie."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        scores = self._vectors @ vector
        best = np.argsort(-scores, kind="stable")[:k]
        return scores[best], best.astype(np.int64)

    def __len__(self) -> int:
        return len(self._vectors)


@dataclass
class TableReranker(Reranker):
    """Looks logits up by the document's first word; counts what it was asked."""

    logits: dict[str, float]
    cuts: dict[str, int] = field(default_factory=dict)
    batch: int = 2
    clock: Clock | None = None
    notice: str | None = None
    name: str = "table"
    scored: list[str] = field(default_factory=list)

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        backwards = list(range(len(documents)))[::-1]  # not the order of the candidates
        for start in range(0, len(documents), self.batch):
            if cancel is not None and cancel():
                return
            positions = tuple(backwards[start : start + self.batch])
            ids = [documents[position].split()[0] for position in positions]
            self.scored += ids
            if self.clock:
                self.clock.passes(1.0 if start else 1.0 + 1 / 8)
            yield ScoredBatch(
                positions=positions,
                scores=tuple(self.logits[doc_id] for doc_id in ids),
                n_truncated=tuple(self.cuts.get(doc_id, 0) for doc_id in ids),
                seconds=1.0,
                tokenise_seconds=1 / 8 if self.clock and not start else 0.0,
            )

    def query_notice(self, query: str) -> str | None:
        return self.notice


def word_spans(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """Where the words of `text` are wanted ones."""
    spans, at = [], 0
    for word in text.split(" "):
        if word.lower() in wanted:
            spans.append((at, at + len(word)))
        at += len(word) + 1
    return spans


def tiny_searcher(
    tinies: Sequence[Tiny],
    *,
    clock: Clock | None = None,
    batch: int = 2,
    notice: str | None = None,
) -> tuple[Searcher, TableReranker]:
    """A searcher over these documents, and its reranker to ask what it was asked."""
    ids = [tiny.doc_id for tiny in tinies]
    reranker = TableReranker(
        logits={tiny.doc_id: tiny.logit for tiny in tinies},
        cuts={tiny.doc_id: tiny.cut for tiny in tinies},
        batch=batch,
        clock=clock,
        notice=notice,
    )
    index = CountIndex([tiny.snakes for tiny in tinies], clock)
    vectors = np.array([[math.cos(t.angle), math.sin(t.angle)] for t in tinies], np.float32)
    searcher = Searcher(
        corpus=CorpusInfo("tiny", len(tinies), "f1"),
        store=TinyStore([tiny.document for tiny in tinies]),
        lexical=LexicalRetriever(index, ids),
        dense=DenseRetriever(AngleEncoder(clock), ExactIndex(vectors), ids),
        reranker=reranker,
        terms=index.terms,
        term_spans=word_spans,
    )
    return searcher, reranker


def runs_by_stage(
    searcher: Searcher,
    queries: Sequence[Query],
    settings: Settings,
    stages: Sequence[str],
    *,
    rerankers: Mapping[str, Reranker] | None = None,
    retrievers: Sequence[Retriever] = (),
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> dict[str, Run]:
    """The run of each stage over a query set, by the stage's name."""
    own = searcher.reranker
    specs = stage_pipelines(stages, settings, own.name)
    gathered = gather(
        searcher,
        {own.name: own, **(rerankers or {})},
        queries,
        list(specs.values()),
        retrievers=retrievers,
        on_progress=on_progress,
        cancel=cancel,
    )
    return runs_of(specs, gathered)


def ranking(stage: str, *doc_ids: str, score: Callable[[int], float] | None = None) -> Ranking:
    """A ranking of these documents; the scores fall from 1 in steps of 1/100 unless given."""
    value = score or (lambda rank: 1.01 - rank / 100)
    hits = (Hit(doc_id, value(rank), rank) for rank, doc_id in enumerate(doc_ids, 1))
    return Ranking(stage, "m", tuple(hits))
