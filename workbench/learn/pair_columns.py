"""The columns of a show's own pairs, each by the model that it is named after."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engine.learn.logits import KeyedPair, logit_ranking, scores_by_key
from engine.search.fusion import blend, rrf
from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.types import Cancel, Cancelled, Ranking
from engine.types import traces as stages
from engine.types.calibration.reliability import sigmoid
from engine.types.learn import columns as c
from models.lexical.bm25 import NAME as BM25_NAME
from models.lexical.term_statistics import TermStatistics
from workbench.explainers import Explainers
from workbench.model_loader import ModelLoader
from workbench.token_reader import TokenReader

Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class PairModels:
    """What scores and reads a lesson's pairs."""

    models: ModelLoader
    explainers: Explainers
    tokens: TokenReader


class PairColumns:
    """The numbers of some pairs by column; what several columns rest on is computed once.

    `statistics` say how rare a word is, `grades` how relevant a pair was judged.
    """

    def __init__(
        self,
        parts: PairModels,
        pairs: Sequence[KeyedPair],
        *,
        statistics: Callable[[], TermStatistics],
        grades: Callable[[], Mapping[str, int]],
        cancel: Cancel,
    ) -> None:
        self._parts = parts
        self._pairs = tuple(pairs)
        self._statistics = statistics
        self._grades = grades
        self._cancel = cancel

    def numbers(self, column: str) -> Numbers:
        """The column's value of every pair that has one; raises Cancelled when called off."""
        if self._cancel():
            raise Cancelled("the step was cancelled")
        by_column: dict[str, Callable[[], Numbers]] = {
            c.BM25: lambda: dict(self._bm25),
            c.BI_ENCODER: lambda: dict(self._cosines),
            c.CROSS_ENCODER: lambda: _scores(self.reranked),
            c.SIGMOID: lambda: {k: sigmoid(v) for k, v in _scores(self.reranked).items()},
            c.HYBRID: lambda: _scores(self._hybrid),
            c.BLEND: lambda: _scores(self._blend),
            c.MAXSIM: self._maxsim,
            c.ATTENTION: self._attention,
            c.READ: lambda: {pair.key: self._budget(pair)[0] for pair in self._pairs},
            c.TOKENS: lambda: {pair.key: self._budget(pair)[1] for pair in self._pairs},
            c.GRADE: lambda: {key: float(grade) for key, grade in self._grades().items()},
        }
        return by_column[column]()

    def order(self, column: str, numbers: Numbers) -> tuple[str, ...]:
        """The keys best first, ties as in a search."""
        rankings = {
            c.CROSS_ENCODER: lambda: self.reranked,
            c.SIGMOID: lambda: self.reranked,
            c.HYBRID: lambda: self._hybrid,
            c.BLEND: lambda: self._blend,
        }
        if column in rankings:
            return tuple(rankings[column]().ids())
        return tuple(hit.doc_id for hit in rank(numbers.items()))

    def model(self, column: str) -> str:
        """The name of the model that gives a column, "" for a number that needs none."""
        models = self._parts.models
        names = {
            c.BM25: lambda: BM25_NAME,
            c.BI_ENCODER: lambda: models.bi_encoder().name,
            c.MAXSIM: lambda: models.late_interaction().name,
            c.HYBRID: lambda: f"{BM25_NAME}, {models.bi_encoder().name}",
            c.BLEND: lambda: f"{models.cross_encoder().name}, {BM25_NAME}",
        }
        reads = (c.CROSS_ENCODER, c.SIGMOID, c.ATTENTION, c.READ, c.TOKENS)
        if column in reads:
            return models.cross_encoder().name
        return names[column]() if column in names else ""

    @cached_property
    def reranked(self) -> Ranking:
        """The pairs by the cross-encoder's logits."""
        cross = self._parts.models.cross_encoder()
        return logit_ranking(cross, self._pairs, cancel=self._cancel)

    @cached_property
    def _bm25(self) -> Numbers:
        statistics = self._statistics()
        return {pair.key: statistics.score(pair.query, pair.text) for pair in self._pairs}

    @cached_property
    def _cosines(self) -> Numbers:
        bi = self._parts.models.bi_encoder()
        queries = list(dict.fromkeys(pair.query for pair in self._pairs))
        query_vectors = dict(zip(queries, bi.encode(queries, role="query"), strict=True))
        vectors = bi.encode([pair.text for pair in self._pairs], role="document")
        return {
            pair.key: float(query_vectors[pair.query] @ vector)
            for pair, vector in zip(self._pairs, vectors, strict=True)
        }

    @cached_property
    def _hybrid(self) -> Ranking:
        matching = {key: score for key, score in self._bm25.items() if score > 0}
        lexical = Ranking(stages.BM25, BM25_NAME, rank(matching.items()))
        dense = Ranking(stages.BI_ENCODER, "", rank(self._cosines.items()))
        return Ranking(stages.HYBRID, "", rrf((lexical, dense), k=Settings().rrf_k))

    @cached_property
    def _blend(self) -> Ranking:
        reranked = self.reranked
        hits = blend(reranked, self._bm25, weight=Settings().blend_weight)
        return Ranking(stages.BLEND, "", hits, last=reranked.last)

    def _maxsim(self) -> Numbers:
        late = self._parts.models.late_interaction()
        return scores_by_key(late, self._pairs, cancel=self._cancel)

    def _attention(self) -> Numbers:
        """What query words give to the document: the mean of their tokens, layers and heads."""
        numbers: Numbers = {}
        for pair in self._pairs:
            if self._cancel():
                raise Cancelled("the step was cancelled")
            attention = self._parts.explainers.attending().attention(pair.query, pair.text)
            numbers[pair.key] = float(attention.query_mass[..., 1].mean())
        return numbers

    def _budget(self, pair: KeyedPair) -> tuple[float, float]:
        """The share of the document that the cross-encoder reads, and its tokens."""
        budget = self._parts.tokens.budgets(pair.query, pair.text)[0]
        return 1.0 - budget.unread_share, float(budget.doc_tokens)


def _scores(ranking: Ranking) -> Numbers:
    return {hit.doc_id: hit.score for hit in ranking.hits}
