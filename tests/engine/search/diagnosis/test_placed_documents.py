"""A search with placed documents equals one over a corpus that holds them."""

from __future__ import annotations

import math

from engine.search.diagnosis.placed_documents import with_documents
from engine.search.settings import Settings
from tests.tiny import QUERY, Tiny, tiny_searcher

BASE = [Tiny(f"d{i}", snakes=9 - i, angle=i / 10, logit=float(i % 4)) for i in range(8)]
CHANGED = Tiny("d3", snakes=20, angle=0.75, logit=3.0)
NEW = Tiny("new", snakes=0, angle=0.05, logit=2.5)


def test_replaced_added_and_removed_documents_rank_as_in_a_corpus_of_their_own() -> None:
    placed = {tiny.doc_id: tiny for tiny in (CHANGED, NEW)}
    real = [placed.get(tiny.doc_id, tiny) for tiny in BASE if tiny.doc_id != "d1"]
    truth, _ = tiny_searcher([*real, NEW])
    by_id = {tiny.document.content: tiny for tiny in placed.values()}
    base, reranker = tiny_searcher(BASE)
    reranker.logits |= {tiny.doc_id: tiny.logit for tiny in placed.values()}
    searcher = with_documents(
        base,
        [tiny.document for tiny in placed.values()],
        lexical=lambda query, texts: [float(by_id[text].snakes) for text in texts],
        cosines=lambda query, texts: [math.cos(by_id[text].angle) for text in texts],
        gone=frozenset({"d1"}),
    )
    assert searcher.corpus.documents == truth.corpus.documents == len(searcher.store)
    for settings in (Settings(depth=5), Settings(depth=50)):
        expected = truth.pipeline(settings).run(QUERY)
        trace = searcher.pipeline(settings).run(QUERY)
        for want, got in zip(expected.rankings, trace.rankings, strict=True):
            assert got.ids() == want.ids(), want.stage
            scores = zip(want.hits, got.hits, strict=True)
            assert all(math.isclose(a.score, b.score, abs_tol=1e-6) for a, b in scores)
    assert searcher.store.get(["new", "d0"]) == truth.store.get(["new", "d0"])
