"""The two first stages over fakes: who is a hit, in which order, and what was counted."""

from __future__ import annotations

import numpy as np

from engine.search.stages.dense import TIE_MARGIN, DenseRetriever
from engine.search.stages.lexical import LexicalRetriever
from tests.tiny import AngleEncoder, CountIndex, ExactIndex


def test_documents_without_any_query_term_are_no_hits() -> None:
    retriever = LexicalRetriever(CountIndex([0, 3, 0, 1]), ["a", "b", "c", "d"])
    ranking, timings = retriever.retrieve("snake", 10)
    assert [(h.doc_id, h.score, h.rank) for h in ranking.hits] == [("b", 3.0, 1), ("d", 1.0, 2)]
    assert (ranking.stage, ranking.model) == ("bm25", "counts")
    assert [(t.step, t.n_in, t.n_out) for t in timings] == [
        ("tokenise", 1, 1),
        ("score", 4, 2),
        ("sort", 2, 2),
    ]


def test_a_document_with_a_negative_score_is_still_a_hit() -> None:
    """Okapi's idf is negative for a term that most documents hold."""
    ranking, _ = LexicalRetriever(CountIndex([-1, 0, -2]), ["a", "b", "c"]).retrieve("snake", 10)
    assert ranking.ids() == ["a", "c"]


def test_lexical_ties_at_the_border_go_to_the_smaller_id() -> None:
    retriever = LexicalRetriever(CountIndex([1, 1, 2, 1]), ["z", "b", "y", "a"])
    assert retriever.retrieve("snake", 2)[0].ids() == ["y", "a"]


def test_lexical_scores_of_named_documents_do_not_depend_on_their_rank() -> None:
    retriever = LexicalRetriever(CountIndex([5, 0, 1]), ["a", "b", "c"])
    assert retriever.scores_of("snake", ["c", "b"]) == {"c": 1.0, "b": 0.0}


def unit(*first: float) -> np.ndarray:
    """Unit vectors with these first components."""
    x = np.array(first, dtype=np.float32)
    return np.stack([x, np.sqrt(1 - x * x)], axis=1)


def test_the_dense_stage_ranks_by_inner_product() -> None:
    retriever = DenseRetriever(AngleEncoder(), ExactIndex(unit(0.5, 0.25, 0.75)), ["a", "b", "c"])
    ranking, timings = retriever.retrieve("snake", 2)
    assert [(h.doc_id, h.score, h.rank) for h in ranking.hits] == [("c", 0.75, 1), ("a", 0.5, 2)]
    assert (ranking.stage, ranking.model) == ("bi-encoder", "angles")
    assert [t.step for t in timings] == ["embed", "search", "sort"]
    assert all(t.stage == "bi-encoder" for t in timings)
    assert timings[-1].n_out == 2


def test_dense_ties_at_the_border_go_to_the_smaller_id() -> None:
    """The index returns ties in the order of its positions, here the larger ids first."""
    ids = [f"d{i:02}" for i in range(TIE_MARGIN)][::-1]
    index = ExactIndex(unit(*[0.5] * TIE_MARGIN))
    assert DenseRetriever(AngleEncoder(), index, ids).retrieve("snake", 2)[0].ids() == [
        "d00",
        "d01",
    ]
