"""Words as grades: a slip in one word does not take the scale away from the others."""

from __future__ import annotations

from corpora.judgments.grades import grades_of


def test_a_slip_in_one_word_leaves_the_others_their_scale() -> None:
    grades = grades_of(["Exact", "partial", "EXACT", "Irrelevant", "Exakt"])
    assert [grades.number(word) for word in ("exact", "Partial", "irrelevant")] == [2, 1, 0]
    assert grades.number("Exakt") is None


def test_a_scale_that_knows_half_of_the_words_or_fewer_is_not_taken() -> None:
    grades = grades_of(["good", "bad", "so so", "meh"])
    assert [grades.number(word) for word in ("good", "bad", "so so")] == [None] * 3


def test_a_word_that_was_chosen_goes_before_the_scale() -> None:
    grades = grades_of(["exact", "partial", "irrelevant", "exakt"], {"exakt": 2})
    assert [grades.number(w) for w in ("exakt", "exact", "irrelevant")] == [2, 2, 0]
