"""What a diagnosis looks into: one document, one finished search, and what may be asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.explain.counterfactual import with_document
from engine.search.diagnosis.query_signs import Vocabulary
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import has_word
from engine.search.stages.stages import fuse
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    Document,
    Ranking,
    RankLookup,
    SearchTrace,
    StageRank,
    TokenBudget,
)
from engine.types.diagnosis.cases import Case

NO_RANKING = Ranking("", "", ())


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a diagnosis asks of beyond the search.

    `similarity(left, right)` is the share of word triples that two texts share;
    `budgets(query, text)` tell what the cross-encoder and the bi-encoder read of a text;
    `windows(text, length, stride, role)` cuts it into windows that a model reads whole;
    `cosines(query, texts)` and `lexical(query, texts)` score any text as the first stages do;
    `vocabulary()` counts the corpus' terms, None where it is too large to be counted.
    """

    similarity: Callable[[str, str], float]
    budgets: Callable[[str, str], tuple[TokenBudget, ...]]
    windows: Callable[[str, int, int, str], Sequence[tuple[int, int]]]
    cosines: Callable[[str, Sequence[str]], Sequence[float]]
    lexical: Callable[[str, Sequence[str]], Sequence[float]]
    vocabulary: Callable[[], Vocabulary | None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A case with its finished search; `grades` are the query's judgments by document.

    `differing` are what several judges said of this document, where they differ.
    """

    case: Case
    document: Document
    searcher: Searcher
    settings: Settings
    trace: SearchTrace
    lookup: RankLookup
    instruments: Instruments
    grades: Mapping[str, int] = field(default_factory=dict)
    differing: tuple[tuple[str, int], ...] = ()
    in_corpus: bool = True
    cancel: Cancel = lambda: False

    @property
    def doc_id(self) -> str:
        return self.document.doc_id

    @property
    def query(self) -> str:
        return self.case.query

    @property
    def grade(self) -> int | None:
        """What people said of the document for this query; None where nobody judged it."""
        return self.grades.get(self.doc_id)

    def place(self, stage: str) -> StageRank | None:
        """Where the document stands in a stage, None where the search had no such stage."""
        return next((place for place in self.lookup.places if place.stage == stage), None)

    def rank_in(self, stage: str) -> int | None:
        """The rank there, beyond the list too; None where the stage cannot place it."""
        place = self.place(stage)
        return place.rank if place is not None else None

    @property
    def first(self) -> StageRank | None:
        """Its place in the stage whose candidates are reranked."""
        return self.place(self.settings.first_stage)

    @property
    def reranked(self) -> Ranking:
        """The cross-encoder's list."""
        return self.trace.ranking(CROSS_ENCODER) or NO_RANKING

    @property
    def listed(self) -> bool:
        """Whether the cross-encoder was given it."""
        return self.reranked.find(self.doc_id) is not None

    @property
    def would_be(self) -> int | None:
        """Its rank in the cross-encoder's list, or where it would be had it been a candidate."""
        return self.rank_in(CROSS_ENCODER)

    @property
    def rank(self) -> int | None:
        """Its rank in the pipeline's list: the reranked candidates, then the first stage's rest."""
        if self.listed:
            return self.would_be
        place = self.first
        return place.rank if place is not None else None

    @property
    def has_word(self) -> bool:
        """Whether the document holds a letter or a digit."""
        return has_word(self.document.content)

    def above(self) -> list[str]:
        """Who stands above it in the list that counts, best first."""
        ranking = self.reranked
        rank = self.would_be
        if rank is None:
            return ranking.ids()
        return [doc_id for doc_id in ranking.ids(rank) if doc_id != self.doc_id][: rank - 1]

    def rank_by_logit(self, logit: float) -> int:
        """Its rank in the cross-encoder's list had it this logit."""
        return _rank(with_document(self.reranked, self.doc_id, logit).ranking, self.doc_id)

    def rank_in_first_stage(self, *, cosine: float) -> int | None:
        """Its rank in the first stage had the bi-encoder given it this cosine."""
        size = self.trace.corpus.documents
        stage = self.settings.first_stage
        if stage == BM25:
            return self.rank_in(BM25)
        if stage not in (BI_ENCODER, HYBRID):
            return self.rank_in(stage)
        dense, _ = self.searcher.dense.retrieve(self.query, size)
        dense = with_document(dense, self.doc_id, cosine).ranking
        if stage == BI_ENCODER:
            return _rank(dense, self.doc_id)
        lexical, _ = self.searcher.lexical.retrieve(self.query, size)
        return _rank(fuse((lexical, dense), self.settings, size), self.doc_id)

    def rank_for(self, query: str) -> int | None:
        """Its rank in the same pipeline's list for another query; None where not listed."""
        pipeline = self.searcher.pipeline(self.settings, [CROSS_ENCODER])
        trace = pipeline.run(query, cancel=self.cancel)
        ranking = trace.ranking(CROSS_ENCODER) or NO_RANKING
        hit = ranking.find(self.doc_id)
        return hit.rank if hit is not None else None

    def titles(self, doc_ids: Sequence[str]) -> dict[str, str]:
        """How each of these documents is called on screen."""
        documents = self.searcher.store.get(list(doc_ids)) if doc_ids else []
        return {document.doc_id: document.title or document.doc_id for document in documents}


def _rank(ranking: Ranking, doc_id: str) -> int:
    return next(hit.rank for hit in ranking.hits if hit.doc_id == doc_id)
