"""A lesson's pairs are scored and ranked as the same candidates are in a search."""

from __future__ import annotations

import pytest

from corpora.stores.memory_store import MemoryStore
from engine.learn.logits import KeyedPair, logit_ranking
from engine.search.settings import Settings
from engine.search.stages.stages import Context, RerankStage
from engine.types import BI_ENCODER, Cancelled, Document, Hit, Ranking
from tests.drifting import DriftingReranker

LOGITS = {"ant": 3.0, "bee": 2.95, "cat": -1.0, "dog": 0.2, ".": 9.0}
ERRORS = {"ant": -0.04, "bee": 0.04}  # so that the fast order of the first two is wrong


def pairs(query: str = "q") -> list[KeyedPair]:
    return [KeyedPair(name.strip(".") or "dot", query, name) for name in LOGITS]


def test_the_ranking_is_the_searchs() -> None:
    store = MemoryStore({pair.key: Document(pair.key, pair.text) for pair in pairs()})
    first = Ranking(BI_ENCODER, "", tuple(Hit(p.key, 0.0, n) for n, p in enumerate(pairs(), 1)))
    stage = RerankStage(DriftingReranker(LOGITS, ERRORS), store)
    context = Context("q", Settings(), {BI_ENCODER: first}, lambda: False)
    (*_, outcome) = stage.run(context)
    assert logit_ranking(DriftingReranker(LOGITS, ERRORS), pairs()) == outcome.ranking
    assert outcome.ranking.ids() == ["ant", "bee", "dog", "cat", "dot"]
    assert outcome.ranking.precision is not None
    assert outcome.ranking.precision.exact >= {"ant", "bee"}


def test_pairs_of_several_queries_are_decided_together() -> None:
    reranker = DriftingReranker(LOGITS, ERRORS)
    both = [KeyedPair("ant", "one", "ant"), KeyedPair("bee", "two", "bee")]
    ranking = logit_ranking(reranker, both)
    assert [(hit.doc_id, hit.score) for hit in ranking.hits] == [("ant", 3.0), ("bee", 2.95)]
    assert reranker.scored == ["ant", "bee"]
    assert sorted(reranker.exact().scored) == ["ant", "bee"]


def test_a_cancelled_step_raises() -> None:
    with pytest.raises(Cancelled):
        logit_ranking(DriftingReranker(LOGITS), pairs(), cancel=lambda: True)
