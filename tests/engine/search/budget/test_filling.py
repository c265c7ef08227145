"""Passages within a token budget, against a plain recomputation."""

from __future__ import annotations

import random

import pytest

from engine.search.budget.filling import (
    change_sentence,
    continued,
    estimated_tokens,
    filled,
    fitting,
)
from engine.types import CrossExamError
from engine.types.quality.contexts import ContextChange
from tests.tiny import ranking


def by_hand(tokens: list[int], budget: int) -> int:
    """Taken one by one until the first that does not fit."""
    used = 0
    for number, size in enumerate(tokens):
        if used + size > budget:
            return number
        used += size
    return len(tokens)


def test_whole_passages_fit_in_order_until_one_does_not() -> None:
    draw = random.Random(4)
    for _ in range(300):
        tokens = [draw.choice([0, 1, 7, 40, 300]) for _ in range(draw.randrange(12))]
        budget = draw.randrange(1, 500)
        assert fitting(tokens, budget) == by_hand(tokens, budget)
    # the second does not fit, so the third is left out although it would
    assert fitting([50, 60, 10], 100) == 1
    assert fitting([200, 10], 100) == 0


def test_a_context_says_what_enters_what_leaves_and_which_are_relevant() -> None:
    tokens = {"a": 60, "b": 40, "c": 50, "d": 50}
    grades = {"b": 0, "c": 2}
    before = filled(ranking("bm25", "a", "b", "c", "d"), tokens, 100, grades)
    after = filled(ranking("cross-encoder", "c", "d", "a", "b"), tokens, 100, grades)
    assert [p.doc_id for p in before.inside] == ["a", "b"]
    assert (before.tokens, before.relevant, before.all_fits) == (100, 0, False)
    assert (after.tokens, after.relevant) == (100, 1)
    change = ContextChange(before, after)
    assert [p.doc_id for p in change.entered] == ["c", "d"]
    assert [p.doc_id for p in change.left] == ["a", "b"]
    words = change_sentence(change, ("BM25", "Cross-encoder"), judged=True)
    assert words == (
        "Of 100 tokens: 2 passages of BM25 and 2 of Cross-encoder fit. 2 enter and 2 leave. "
        "Judged relevant: 0 before, 1 after (1 in, 0 out)."
    )
    same = change_sentence(ContextChange(before, before), ("BM25", "BM25"), judged=False)
    assert same.endswith("reads the same either way.")
    turned = filled(ranking("cross-encoder", "b", "a", "c"), tokens, 100, grades)
    assert change_sentence(
        ContextChange(before, turned), ("BM25", "Cross-encoder"), judged=False
    ).endswith("They are the same ones, in another order.")
    unheld = filled(ranking("run:prod", "a", "elsewhere", "b"), tokens, 100, grades)
    assert [(p.doc_id, p.rank) for p in unheld.inside] == [("a", 1), ("b", 3)]
    fewer = filled(ranking("bm25", "a"), tokens, 100, grades)
    assert "0 enter and 1 leaves." in change_sentence(
        ContextChange(before, fewer), ("BM25", "BM25"), judged=False
    )
    assert filled(ranking("bm25", "a", "b"), tokens, 1_000, {}).all_fits


def test_behind_the_reranked_candidates_the_first_list_goes_on() -> None:
    first = ranking("bm25", "a", "b", "c", "d")
    whole = continued(ranking("cross-encoder", "b", "a"), first)
    assert whole.ids() == ["b", "a", "c", "d"]
    assert [hit.rank for hit in whole.hits] == [1, 2, 3, 4]
    scores = [hit.score for hit in whole.hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("budget", [0, -5, 1_000_001])
def test_a_budget_that_is_none_is_refused_with_what_can_be(budget: int) -> None:
    with pytest.raises(CrossExamError, match=f"is {budget}: give a number from 1 to 1,000,000"):
        filled(ranking("bm25", "a"), {"a": 1}, budget, {})


def test_characters_by_four_are_rounded_up() -> None:
    assert [estimated_tokens(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]
