"""What a reranking did to the relevant documents, against ir_measures and by hand."""

from __future__ import annotations

import random

import ir_measures
import pytest
from ir_measures import Judged, nDCG

from engine.search.judged_change import judged_change, judged_sentence, list_quality
from tests.tiny import ranking

IDS = [f"d{i:02}" for i in range(1, 31)]


@pytest.mark.parametrize("seed", range(8))
def test_a_column_s_figures_are_those_of_ir_measures(seed: int) -> None:
    chance = random.Random(seed)
    listed = chance.sample(IDS, chance.choice((4, 10, 25)))
    grades = {doc_id: chance.randrange(4) for doc_id in chance.sample(IDS, 12)} | {"d01": 2}
    quality = list_quality(ranking("bm25", *listed), grades)
    assert quality is not None
    run = {"q": {doc_id: -float(place) for place, doc_id in enumerate(listed)}}
    measured = ir_measures.calc_aggregate([nDCG @ 10, Judged @ 10], {"q": grades}, run)
    assert quality.value == pytest.approx(measured[nDCG @ 10], abs=1e-6)
    assert quality.judged / quality.of == pytest.approx(measured[Judged @ 10])


def test_the_fall_of_the_best_judged_document_is_said_although_others_entered() -> None:
    before = ranking("bi-encoder", "x", "best", *"abcdefghijk")
    after = ranking("cross-encoder", "k", "j", "x", "best", *"abcdefghi")
    assert judged_sentence(before, after, {"best": 3, "a": 1, "zz": 1}) == (
        "Of the 3 relevant documents 2 fell and 1 was not among its candidates; one of grade "
        "3 fell from rank 2 to 4. nDCG@10 0.579 before, 0.406 after (2 of the top 10 judged)."
    )


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("cab", "The one relevant document (grade 2) rose from rank 3 to 1."),
        ("abc", "The one relevant document (grade 2) kept rank 3."),
        ("ab", "The one relevant document (grade 2) was not among its candidates, where it "),
    ],
)
def test_a_single_relevant_document_is_followed(after: str, words: str) -> None:
    before = ranking("bm25", *"abc")
    assert judged_sentence(before, ranking("cross-encoder", *after), {"c": 2}).startswith(words)


def test_how_much_is_judged_is_said_for_both_lists_where_it_differs() -> None:
    before = ranking("bm25", *"abcdefghijkl")
    after = ranking("cross-encoder", *"lkabcdefghij")
    assert "judged: 2 of 10 before, 3 of 10 after" in judged_sentence(
        before, after, {"a": 1, "b": 0, "l": 1}
    )


def test_nothing_is_claimed_without_a_relevant_judgment() -> None:
    lists = ranking("bm25", "a", "b"), ranking("cross-encoder", "b", "a")
    assert judged_sentence(*lists, {}) == ""
    assert "None of its judged documents is relevant" in judged_sentence(*lists, {"a": 0})
    assert judged_change(*lists, {"a": 0}) is None
    assert list_quality(lists[0], {}) is None
