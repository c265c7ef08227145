"""Edits of a ranking, and the search for the least one that swaps the first two."""

from __future__ import annotations

import pytest

from engine.explain.counterfactual import smallest_swap, with_document, with_query
from engine.types import Hit, Ranking, Word

LIST = Ranking("cross-encoder", "tiny", (Hit("a", 3.0, 1), Hit("b", 2.0, 2), Hit("c", 1.0, 3)))
WORDS = [Word(f"w{i}", "document", (i,), (i, i + 1)) for i in range(6)]


def scorer(weights: list[float], counted: list[int] | None = None) -> object:
    def scores(removals: list[tuple[Word, ...]]) -> list[float]:
        if counted is not None:
            counted.append(len(removals))
        return [3.0 - sum(weights[w.positions[0]] for w in words) for words in removals]

    return scores


def test_an_edited_document_moves_and_the_others_keep_their_scores() -> None:
    edited = with_document(LIST, "a", 1.5)

    assert [(hit.doc_id, hit.score) for hit in edited.ranking.hits] == [
        ("b", 2.0),
        ("a", 1.5),
        ("c", 1.0),
    ]
    assert edited.movements["a"].change == -1
    assert edited.movements["b"].change == 1
    assert edited.movements["c"].change == 0


def test_an_edited_query_takes_new_scores_for_all() -> None:
    edited = with_query(LIST, {"a": 0.0, "b": 1.0, "c": 2.0})

    assert edited.ranking.ids() == ["c", "b", "a"]
    assert edited.movements["c"].before == 3


def test_one_word_that_decides_is_found_alone() -> None:
    found = smallest_swap(WORDS, scorer([0.1, 0.1, 2.0, 0.1, 0.1, 0.1]), 2.0)  # type: ignore[arg-type]

    assert [word.text for word in found.dropped] == ["w2"]
    assert found.score == pytest.approx(1.0)
    assert found.exhaustive


def test_two_words_are_found_where_no_single_one_suffices() -> None:
    found = smallest_swap(WORDS, scorer([0.7, 0.1, 0.6, 0.1, 0.1, 0.1]), 2.0)  # type: ignore[arg-type]

    assert sorted(word.text for word in found.dropped) == ["w0", "w2"]
    assert found.tried == (6, 15)
    assert found.exhaustive


def test_more_than_three_words_are_not_searched_for() -> None:
    found = smallest_swap(WORDS, scorer([0.3] * 6), 2.0)  # type: ignore[arg-type]

    assert found.dropped == ()
    assert found.score is None
    assert found.passes == 6 + 15 + 20
    assert found.exhaustive


def test_a_pair_among_many_words_is_minimal_but_a_triple_need_not_be() -> None:
    many = [Word(f"w{i}", "document", (i,), (i, i + 1)) for i in range(20)]
    pair = smallest_swap(many, scorer([0.6, 0.6] + [0.1] * 18), 2.0)  # type: ignore[arg-type]
    triple = smallest_swap(many, scorer([0.4] * 3 + [0.1] * 17), 2.0)  # type: ignore[arg-type]
    none = smallest_swap(many, scorer([0.1] * 20), 2.0)  # type: ignore[arg-type]

    assert (len(pair.dropped), pair.exhaustive) == (2, True)
    assert (len(triple.dropped), triple.exhaustive) == (3, False)
    assert (none.dropped, none.exhaustive) == ((), False)


def test_the_budget_of_passes_is_kept() -> None:
    counted: list[int] = []
    found = smallest_swap(WORDS, scorer([0.3] * 6, counted), 2.0, budget=10, at_once=4)  # type: ignore[arg-type]

    assert sum(counted) == found.passes == 10
    assert not found.exhaustive


def test_a_cancelled_search_stops_before_the_next_batch() -> None:
    counted: list[int] = []
    found = smallest_swap(
        WORDS,
        scorer([0.3] * 6, counted),  # type: ignore[arg-type]
        2.0,
        at_once=2,
        cancel=lambda: len(counted) >= 2,
    )

    assert counted == [2, 2]
    assert found.dropped == ()


def test_a_set_that_scores_as_high_as_the_rival_does_not_swap_them() -> None:
    level = smallest_swap(WORDS[:1], lambda removals: [2.0] * len(removals), 2.0)
    below = smallest_swap(WORDS[:1], lambda removals: [1.999] * len(removals), 2.0)
    assert level.dropped == ()
    assert below.dropped == (WORDS[0],)
