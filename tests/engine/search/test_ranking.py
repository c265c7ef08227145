"""Ranks are given out in one way: highest score first, ties by document id."""

from __future__ import annotations

import random

import numpy as np
import pytest

from engine.search.ranking import rank, rank_best
from engine.types import Hit


def test_the_highest_score_has_rank_one() -> None:
    assert rank([("a", -3.0), ("b", -1.0), ("c", -2.0)]) == (
        Hit("b", -1.0, 1),
        Hit("c", -2.0, 2),
        Hit("a", -3.0, 3),
    )


def test_ties_are_broken_by_document_id() -> None:
    hits = rank([("d10", 0.5), ("d9", 0.5), ("a", 0.1), ("d1", 0.5)])
    assert [hit.doc_id for hit in hits] == ["d1", "d10", "d9", "a"]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]


def test_only_the_k_best_are_kept() -> None:
    assert [hit.doc_id for hit in rank([("b", 1), ("a", 1), ("c", 1)], 2)] == ["a", "b"]


def test_a_tie_at_the_border_goes_to_the_smaller_id_wherever_it_stands() -> None:
    ids = ["z", "y", "b", "x", "a"]
    hits = rank_best(ids, np.array([9.0, 1.0, 1.0, 1.0, 1.0]), 3)
    assert [hit.doc_id for hit in hits] == ["z", "a", "b"]


@pytest.mark.parametrize("k", [1, 2, 7, 39, 40, 41])
def test_the_fast_way_gives_what_sorting_everything_gives(k: int) -> None:
    draw = random.Random(k)
    ids = [f"d{i}" for i in range(40)]
    draw.shuffle(ids)
    scores = np.array([draw.randrange(5) for _ in ids], dtype=np.float32)
    assert rank_best(ids, scores, k) == rank(zip(ids, scores.tolist(), strict=True), k)


@pytest.mark.parametrize("k", [0, -1])
def test_no_place_means_no_hit(k: int) -> None:
    assert rank_best(["a"], np.array([1.0]), k) == ()


def test_scores_become_plain_floats() -> None:
    assert type(rank_best(["a"], np.array([0.5], np.float32), 1)[0].score) is float


def test_what_is_ranked_last_by_rule_stands_below_every_other_in_order_of_its_score() -> None:
    hits = rank([("a", 1.0), ("b", 9.0), ("c", 0.0), ("d", 7.0)], last={"b", "d"})
    assert [(hit.doc_id, hit.rank) for hit in hits] == [("a", 1), ("c", 2), ("b", 3), ("d", 4)]
    assert rank([("a", 1.0), ("b", 9.0)], 1, last={"b"}) == (Hit("a", 1.0, 1),)
