"""Fusion, worked out by hand."""

from __future__ import annotations

import pytest

from engine.search.fusion import blend, min_max, rrf, weighted
from engine.types import Hit, Ranking
from tests.tiny import ranking


def scores(hits: tuple[Hit, ...]) -> dict[str, float]:
    return {hit.doc_id: hit.score for hit in hits}


def scored(stage: str, **values: float) -> Ranking:
    ordered = sorted(values.items(), key=lambda pair: -pair[1])
    return Ranking(stage, "m", tuple(Hit(d, s, i) for i, (d, s) in enumerate(ordered, 1)))


def test_rrf_adds_one_over_k_plus_rank() -> None:
    hits = rrf([ranking("bm25", "a", "b", "c"), ranking("bi-encoder", "c", "a", "d")])
    assert scores(hits) == pytest.approx(
        {
            "a": 1 / 61 + 1 / 62,  # 0.032522
            "c": 1 / 63 + 1 / 61,  # 0.032266
            "b": 1 / 62,  # 0.016129
            "d": 1 / 63,  # 0.015873
        }
    )
    assert [hit.doc_id for hit in hits] == ["a", "c", "b", "d"]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]


def test_a_small_k_of_rrf_lets_one_first_place_outweigh_two_middling_ones() -> None:
    lists = [ranking("bm25", "a", "x", "y", "b"), ranking("bi-encoder", "c", "v", "w", "b")]
    wide, narrow = scores(rrf(lists)), scores(rrf(lists, k=1))
    assert (wide["a"], wide["b"]) == pytest.approx((1 / 61, 2 / 64))
    assert (narrow["a"], narrow["b"]) == pytest.approx((1 / 2, 2 / 5))
    assert rrf(lists)[0].doc_id == "b"
    assert rrf(lists, k=1)[0].doc_id == "a"


def test_rrf_uses_ranks_and_not_scores() -> None:
    near = ranking("bm25", "a", "b", score=lambda rank: 100.0 - rank)
    far = ranking("bm25", "a", "b", score=lambda rank: 100.0 / rank)
    other = ranking("bi-encoder", "b", "c")
    assert rrf([near, other]) == rrf([far, other])


def test_equal_fused_scores_with_equal_best_ranks_are_ordered_as_the_first_list_is() -> None:
    """Ids say nothing about relevance, BM25's order does."""
    lexical, dense = ranking("bm25", "b", "a", "c"), ranking("bi-encoder", "a", "b", "d")
    hits = rrf([lexical, dense])
    assert hits[0].score == hits[1].score
    assert [hit.doc_id for hit in hits] == ["b", "a", "c", "d"]  # c and d: d is in no first list
    assert [hit.doc_id for hit in rrf([dense, lexical])] == ["a", "b", "d", "c"]


def test_of_equal_fused_scores_the_better_single_rank_stands_first() -> None:
    """With k = 1 a first place alone, 1/2, is as much as two third places, 1/4 + 1/4."""
    lexical = ranking("bm25", "x", "y", "a")
    dense = ranking("bi-encoder", "z", "v", "a")
    scored = {hit.doc_id: hit for hit in rrf([lexical, dense], k=1)}
    assert scored["a"].score == scored["x"].score == scored["z"].score == 0.5
    assert [scored[d].rank for d in "xza"] == [1, 2, 3]


def test_ties_of_three_lists_do_not_depend_on_the_order_of_adding_up() -> None:
    one, two, three = (ranking("bm25", *names) for names in ("abc", "bca", "cab"))
    hits = rrf([one, two, three])
    assert len({hit.score for hit in hits}) == 1
    assert [hit.doc_id for hit in hits] == ["a", "b", "c"]


def test_ties_of_a_weighted_fusion_and_of_a_blend_follow_their_first_list() -> None:
    lists = [scored("bm25", b=2.0, z=1.0), scored("bi-encoder", a=2.0, z=1.0)]
    assert [hit.doc_id for hit in weighted(lists, [0.5, 0.5])] == ["b", "a", "z"]
    mixed = blend(scored("cross-encoder", b=2.0, a=1.0), {"a": 2.0, "b": 1.0}, weight=0.5)
    assert [(hit.doc_id, hit.score) for hit in mixed] == [("b", 0.5), ("a", 0.5)]


def test_weighted_sums_min_max_scores() -> None:
    bm25 = scored("bm25", a=10.0, b=4.0, c=2.0)  # 1, 0.25, 0
    dense = scored("bi-encoder", b=0.9, c=0.7, d=0.4)  # 1, 0.6, 0
    hits = weighted([bm25, dense], [0.25, 0.75])
    assert scores(hits) == pytest.approx(
        {"b": 0.25 * 0.25 + 0.75, "c": 0.75 * 0.6, "a": 0.25, "d": 0.0}
    )
    assert [hit.doc_id for hit in hits] == ["b", "c", "a", "d"]


def test_min_max_puts_negative_scores_between_0_and_1() -> None:
    assert min_max({"a": -9.0, "b": -5.0, "c": -1.0}) == {"a": 0.0, "b": 0.5, "c": 1.0}


def test_min_max_of_equal_scores_is_1_and_of_none_is_none() -> None:
    assert min_max({"a": -3.0, "b": -3.0}) == {"a": 1.0, "b": 1.0}
    assert min_max({}) == {}


def test_blend_mixes_the_rerankers_scores_with_bm25s() -> None:
    reranked = scored("cross-encoder", a=9.0, b=7.0, c=-1.0)  # 1, 0.8, 0
    lexical = {"a": 0.0, "b": 12.0, "c": 3.0, "unseen": 99.0}  # 0, 1, 0.25
    hits = blend(reranked, lexical, weight=0.8)
    assert scores(hits) == pytest.approx({"b": 0.8 * 0.8 + 0.2, "a": 0.8, "c": 0.2 * 0.25})
    assert [hit.doc_id for hit in hits] == ["b", "a", "c"]


@pytest.mark.parametrize(("weight", "best"), [(1.0, "a"), (0.0, "b")])
def test_the_ends_of_the_blend_are_its_two_parts(weight: float, best: str) -> None:
    hits = blend(scored("cross-encoder", a=2.0, b=1.0), {"a": 1.0, "b": 2.0}, weight=weight)
    assert (hits[0].doc_id, hits[0].score, hits[1].score) == (best, 1.0, 0.0)
