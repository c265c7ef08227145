"""Texts with words dropped, masked or replaced."""

from __future__ import annotations

import pytest

from engine.explain.counterfactual import MASK, Change, EditedText, with_document, without
from engine.types import Hit, Ranking, Word

TEXT = "Ball python's care, a guide"
BALL, PYTHON, QUOTE, S, CARE, COMMA, A, GUIDE = (
    (0, 4),
    (5, 11),
    (11, 12),
    (12, 13),
    (14, 18),
    (18, 19),
    (20, 21),
    (22, 27),
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((), TEXT),
        ((Change(BALL),), "python's care, a guide"),
        ((Change(BALL), Change(PYTHON)), "'s care, a guide"),
        ((Change(QUOTE),), "Ball python s care, a guide"),
        ((Change(QUOTE), Change(S)), "Ball python care, a guide"),
        ((Change(CARE),), "Ball python's , a guide"),
        ((Change(GUIDE),), "Ball python's care, a "),
        ((Change(A, MASK),), f"Ball python's care, {MASK} guide"),
        ((Change(GUIDE, "handbook"), Change(BALL, "Royal")), "Royal python's care, a handbook"),
        (tuple(Change(s) for s in (BALL, PYTHON, QUOTE, S, CARE, COMMA, A, GUIDE)), ""),
    ],
)
def test_changes_stand_in_the_text_and_no_two_words_grow_together(
    changes: tuple[Change, ...], expected: str
) -> None:
    assert EditedText(TEXT, changes).text == expected


@pytest.mark.parametrize(
    "changes",
    [(Change(BALL),), (Change(QUOTE), Change(A)), (Change(PYTHON, MASK), Change(CARE, "x"))],
)
def test_every_word_that_is_kept_is_found_at_its_place(changes: tuple[Change, ...]) -> None:
    edited = EditedText(TEXT, changes)
    gone = {change.span for change in changes}
    for start, end in {BALL, PYTHON, QUOTE, S, CARE, COMMA, A, GUIDE} - gone:
        place = edited.place(start)
        assert edited.text[place : place + end - start] == TEXT[start:end]


def test_without_drops_words() -> None:
    words = [Word("care", "document", (0,), CARE), Word(",", "document", (1,), COMMA)]

    assert without(TEXT, words) == "Ball python's a guide"


def test_a_document_that_was_no_candidate_is_put_where_its_score_belongs() -> None:
    ranking = Ranking("cross-encoder", "tiny", (Hit("a", 3.0, 1), Hit("b", 2.0, 2)))

    edited = with_document(ranking, "new", 2.5)

    assert edited.ranking.ids() == ["a", "new", "b"]
    assert edited.movements["new"].before is None
