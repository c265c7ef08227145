from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.search.settings import Settings
from engine.search.stages.dense import DenseRetriever
from engine.search.stages.index_backend_lexical import IndexBackendLexicalRetriever, Places
from engine.types import BM25, CrossExamError, Floats
from tests.tiny import QUERY, Tiny, tiny_searcher

IDS = ("b", "a", "c", "", "d'\"")
SCORES = {0: 2.0, 1: 2.0, 2: 3.0, 4: 0.0}


class Engine:
    """Lists what `SCORES` says, at most `reach` of it."""

    reach = 3

    def match(self, text: str, k: int) -> tuple[Floats, NDArray[np.int64]]:
        best = sorted(SCORES, key=lambda at: -SCORES[at])[: min(k, self.reach)]
        return np.array([SCORES[at] for at in best], np.float32), np.array(best, np.int64)

    def match_only(self, text: str, positions: Sequence[int]) -> dict[int, float]:
        return {at: SCORES[at] for at in positions if SCORES.get(at)}

    def __len__(self) -> int:
        return len(IDS)


def test_ties_go_by_id_and_what_gains_nothing_is_no_hit() -> None:
    found, timings = IndexBackendLexicalRetriever(Engine(), IDS, "BM25 there").retrieve("snow", 5)
    assert found.ids() == ["c", "a", "b"]
    assert [hit.rank for hit in found.hits] == [1, 2, 3]
    assert (found.stage, found.model) == (BM25, "BM25 there")
    assert [timing.step for timing in timings] == ["search", "sort"]


def test_documents_that_are_not_listed_are_scored_on_request() -> None:
    retriever = IndexBackendLexicalRetriever(Engine(), IDS, "BM25 there")
    assert retriever.scores_of("snow", ["d'\"", "a", ""]) == {"d'\"": 0.0, "a": 2.0, "": 0.0}
    assert retriever.scores_of("snow", []) == {}
    with pytest.raises(CrossExamError, match="no document has the id 'nobody'"):
        retriever.scores_of("snow", ["nobody"])


def test_every_document_has_its_place() -> None:
    ids = [f"document {i}" for i in range(3000)]
    places = Places(ids)
    assert [places.of(doc_id) for doc_id in ids] == list(range(3000))


def test_a_document_beyond_what_an_engine_lists_is_told_as_such() -> None:
    tiny = [Tiny(f"d{i}", snakes=9 - i, angle=i / 10, logit=-i) for i in range(8)]
    searcher, _ = tiny_searcher(tiny)
    assert searcher.lexical.reach is None
    assert isinstance(searcher.dense, DenseRetriever)
    assert searcher.dense.reach is None

    class Short(IndexBackendLexicalRetriever):
        reach = 5

    ids = [each.doc_id for each in tiny]
    searcher = replace(searcher, lexical=Short(Engine(), ids, "BM25 there"))
    settings = Settings(depth=5, first_stage=BM25)
    trace = searcher.pipeline(settings).run(QUERY)
    missing = searcher.store.get(["d7"])[0]
    told = searcher.where(missing, trace, settings).sentence
    assert "not among the first 5 that the search engine lists for BM25" in told
