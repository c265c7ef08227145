"""The headline measure of vectors or scores outside a search: of a model while it learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.quality.primary import primary_of
from engine.search.folding import fold_by
from engine.search.ranking import rank, rank_best
from engine.search.stages.documents_without_words import wordless_in
from engine.types import BI_ENCODER, CROSS_ENCODER, DocumentStore, Floats, Query, Ranking

TOP = 10
SPARE = 40  # passages beyond the top ten, for they are folded to their documents


Rule = Callable[[Sequence[str], Mapping[str, int]], float]


def overlap_at_ten(doc_ids: Sequence[str], wanted: Mapping[str, int]) -> float:
    """The share of the wanted documents, at most ten, among the first ten of a list."""
    return sum(doc_id in wanted for doc_id in doc_ids[:TOP]) / max(1, min(TOP, len(wanted)))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A measurement on queries that were not trained on: by query, the mean, and judged@10."""

    values: Mapping[str, float]
    judged: float

    @property
    def mean(self) -> float:
        return sum(self.values.values()) / len(self.values) if self.values else 0.0


def by_vectors(
    queries: Sequence[Query],
    query_vectors: Floats,
    doc_ids: Sequence[str],
    doc_vectors: Floats,
    grades: Mapping[str, Mapping[str, int]],
    store: DocumentStore,
    rule: Rule = primary_of,
) -> HeldOut:
    """Every query against every document, by inner product; exact, without an index."""
    rankings = {}
    for query, vector in zip(queries, query_vectors, strict=True):
        hits = rank_best(doc_ids, doc_vectors @ vector, TOP + SPARE)
        rankings[query.query_id] = fold_by(store, Ranking(BI_ENCODER, "", hits))
    return held_out(rankings, grades, rule)


def by_scores(
    scores: Mapping[str, Mapping[str, float]],
    grades: Mapping[str, Mapping[str, int]],
    store: DocumentStore,
) -> HeldOut:
    """Each query's candidates in the order of the scores that a reranker gave them."""
    rankings = {}
    for query_id, candidates in scores.items():
        last = wordless_in(store.get(list(candidates)))
        ranking = Ranking(CROSS_ENCODER, "", rank(candidates.items(), last=last), last=last)
        rankings[query_id] = fold_by(store, ranking)
    return held_out(rankings, grades)


def held_out(
    rankings: Mapping[str, Ranking],
    grades: Mapping[str, Mapping[str, int]],
    rule: Rule = primary_of,
) -> HeldOut:
    """The rule's value by query, and the mean share of the top ten that carries a judgment."""
    values, shares = {}, []
    for query_id, ranking in rankings.items():
        top = ranking.ids(TOP)
        query_grades = grades.get(query_id, {})
        values[query_id] = rule(top, query_grades)
        shares.append(sum(doc_id in query_grades for doc_id in top) / len(top) if top else 0.0)
    return HeldOut(values, sum(shares) / len(shares) if shares else 0.0)
