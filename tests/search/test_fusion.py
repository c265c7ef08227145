"""Fusion, worked out by hand."""

from __future__ import annotations

import pytest

from search.fusion import blend, min_max, rrf, weighted
from search.types import Hit, Ranking
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


def test_equal_fused_scores_are_ordered_by_id() -> None:
    hits = rrf([ranking("bm25", "b", "a"), ranking("bi-encoder", "a", "b")])
    assert [hit.doc_id for hit in hits] == ["a", "b"]


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
