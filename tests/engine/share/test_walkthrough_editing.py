"""A draft is put into order, worded anew, cut and taken back, and never changed in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.share.walkthrough_editing import (
    MOST_UNDONE,
    added,
    deleted,
    moved,
    reworded,
    titled,
    undone,
)
from engine.types import CrossExamError
from engine.types.share.walkthroughs import LONGEST_NOTE, MOST_STEPS, Draft
from tests.engine.share.snapshots import step, walkthrough


def headings(draft: Draft) -> list[str]:
    return [each.heading for each in draft.walkthrough.steps]


@pytest.mark.parametrize(
    ("number", "by", "expected"),
    [(0, 1, "BAC"), (2, -1, "ACB"), (0, -1, "ABC"), (2, 1, "ABC"), (0, 2, "BCA"), (1, 9, "ACB")],
)
def test_a_step_moves_within_the_walkthrough(number: int, by: int, expected: str) -> None:
    draft = Draft(walkthrough(*"ABC"))
    assert headings(moved(draft, number, by)) == list(expected)
    assert headings(draft) == list("ABC")


def test_every_change_is_taken_back_in_turn() -> None:
    draft = Draft()
    changes: list[Callable[[Draft], Draft]] = [
        lambda d: added(d, step("A")),
        lambda d: added(d, step("B")),
        lambda d: titled(d, "A  walk\n"),
        lambda d: reworded(d, 0, heading="A, in other words", note="one\n\ntwo", live=False),
        lambda d: moved(d, 0, 1),
        lambda d: deleted(d, 0),
    ]
    drafts = [draft]
    for change in changes:
        drafts.append(change(drafts[-1]))
    assert headings(drafts[-1]) == ["A, in other words"]
    assert drafts[-1].walkthrough.title == "A walk"
    assert drafts[-1].walkthrough.steps[0].note == "one\n\ntwo"
    assert not drafts[-1].walkthrough.steps[0].live
    taken_back = drafts[-1]
    for earlier in reversed(drafts[:-1]):
        taken_back = undone(taken_back)
        assert taken_back == earlier
    assert undone(taken_back) == draft


def test_what_changes_nothing_is_nothing_to_take_back() -> None:
    draft = Draft(walkthrough("A"))
    assert moved(draft, 0, 1) is draft
    assert titled(draft, " A walk ") is draft


def test_only_so_many_changes_are_kept() -> None:
    draft = Draft()
    for number in range(MOST_UNDONE + 9):
        draft = titled(draft, f"title {number}")
    assert len(draft.earlier) == MOST_UNDONE


def test_what_is_too_much_is_refused_with_both_numbers() -> None:
    full = Draft(walkthrough(*["A"] * MOST_STEPS))
    with pytest.raises(CrossExamError, match=f"{MOST_STEPS} steps, the most"):
        added(full, step())
    with pytest.raises(CrossExamError, match="note has 1,201 characters: give at most 1,200"):
        reworded(full, 0, heading="A", note="x" * (LONGEST_NOTE + 1), live=True)
