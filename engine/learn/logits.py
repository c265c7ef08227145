"""The logits of a lesson's pairs, by the rule of precision of every search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.search.precision.rescoring import MixedScores, exact_of, scorer_of
from engine.search.ranking import rank
from engine.search.stages.documents_without_words import has_word
from engine.search.stages.scoring import score_all
from engine.types import CROSS_ENCODER, Cancel, Ranking, Reranker
from engine.types.registries.search_parameters import FAST


@dataclass(frozen=True, slots=True)
class KeyedPair:
    """A query and a text, by the key of their row."""

    key: str
    query: str
    text: str


def logit_ranking(
    reranker: Reranker, pairs: Sequence[KeyedPair], *, cancel: Cancel | None = None
) -> Ranking:
    """The pairs by their logits, as a search in the mode "fast" ranks candidates.

    What is too close to call is scored again in fp32, and texts without a word stand last.
    Raises Cancelled when it was called off.
    """
    scorer = scorer_of(reranker, FAST)
    scores = scores_by_key(scorer.reranker, pairs, cancel=cancel)
    last = frozenset(pair.key for pair in pairs if not has_word(pair.text))
    if scorer.precision is None:
        hits = rank(scores.items(), last=last)
        return Ranking(CROSS_ENCODER, reranker.name, hits, last=last)
    mixed = MixedScores(scorer.precision, scores, last)
    while scorer.rescores and (undecided := set(mixed.wanted())):
        again = [pair for pair in pairs if pair.key in undecided]
        mixed.take(scores_by_key(exact_of(reranker), again, cancel=cancel).items())
    return mixed.ranking(CROSS_ENCODER, reranker.name)


def scores_by_key(
    reranker: Reranker, pairs: Sequence[KeyedPair], *, cancel: Cancel | None = None
) -> dict[str, float]:
    """The score of each key; the texts of one query are scored together."""
    scores: dict[str, float] = {}
    for query in dict.fromkeys(pair.query for pair in pairs):
        query_pairs = [pair for pair in pairs if pair.query == query]
        logits = score_all(reranker, query, [pair.text for pair in query_pairs], cancel=cancel)
        scores.update(zip((pair.key for pair in query_pairs), logits, strict=True))
    return scores
