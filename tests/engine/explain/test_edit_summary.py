"""What an edit consists of: words dropped, masked and replaced are told apart."""

from __future__ import annotations

from engine.explain.counterfactual import MASK, Change, Edit, EditedText
from engine.explain.edit_summary import EditSummary, edit_summary

PAIR = Edit(EditedText("python snake"), EditedText("Ball python care guide"))


def test_nothing_edited_counts_nothing() -> None:
    assert edit_summary(PAIR, PAIR) == EditSummary(0, 0, 0, ())


def test_words_of_both_texts_are_counted_by_what_became_of_them() -> None:
    query = EditedText("python snake", (Change((0, 6)),))
    document = EditedText(
        PAIR.document.base, (Change((0, 4), MASK), Change((5, 11)), Change((12, 16), "food"))
    )
    assert edit_summary(PAIR, Edit(query, document)) == EditSummary(2, 1, 1, ())


def test_a_text_written_anew_is_named() -> None:
    rewritten = Edit(EditedText("snake"), EditedText("other", (Change((0, 5)),)))
    assert edit_summary(PAIR, rewritten) == EditSummary(1, 0, 0, ("query", "document"))
