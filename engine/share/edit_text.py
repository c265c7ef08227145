"""An edit of a pair as one short text, for a link, and back with every part checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from engine.explain.counterfactual import Change, Edit, EditedText, Span

MOST_CHANGES = 500
LONGEST_WORD, LONGEST_TEXT = 200, 20_000

Spans = Callable[[str], Sequence[Span]]


def edit_text(edit: Edit, unedited: Edit) -> str:
    """What was changed: by side ("q", "d") the rewritten text "t" and the words' changes "c"."""
    sides = {
        "q": _side(edit.query, unedited.query),
        "d": _side(edit.document, unedited.document),
    }
    changed = {name: side for name, side in sides.items() if side}
    return json.dumps(changed, ensure_ascii=False, separators=(",", ":"))


def edit_of_text(text: str, unedited: Edit, spans_of: Spans) -> Edit:
    """The edit that a text says; raises ValueError for what cannot be of this pair.

    `spans_of` gives the words of a text: only whole words are changed.
    """
    sides = read_sides(text)
    return Edit(
        _edited(sides.get("q", {}), unedited.query, spans_of),
        _edited(sides.get("d", {}), unedited.document, spans_of),
    )


def read_sides(text: str) -> dict[str, dict[str, Any]]:
    """The sides of an edit's text, unchecked against a pair; raises ValueError for no edit."""
    try:
        sides = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(sides, dict) or not sides.keys() <= {"q", "d"}:
        raise ValueError("an object of q and d is needed")
    for side in sides.values():
        if not isinstance(side, dict) or not side.keys() <= {"t", "c"}:
            raise ValueError("an object of t and c is needed")
        rewritten, changes = side.get("t", ""), side.get("c", [])
        if not isinstance(rewritten, str) or len(rewritten) > LONGEST_TEXT:
            raise ValueError("t is no text, or too long")
        if not isinstance(changes, list) or len(changes) > MOST_CHANGES:
            raise ValueError("c is no list, or too long")
        for change in changes:
            _check(change)
    return sides


def _check(change: Any) -> None:
    match change:
        case [bool(), *_] | [_, bool(), *_]:
            raise ValueError("a place is a number")
        case [int(), int(), str(by)] if len(by) <= LONGEST_WORD:
            return
    raise ValueError("a change is [start, end, word]")


def _side(edited: EditedText, unedited: EditedText) -> dict[str, Any]:
    side: dict[str, Any] = {}
    if edited.base != unedited.base:
        side["t"] = edited.base
    if edited.changes:
        side["c"] = [[*change.span, change.by] for change in edited.changes]
    return side


def _edited(side: dict[str, Any], unedited: EditedText, spans_of: Spans) -> EditedText:
    base = side.get("t", unedited.base)
    words, changes = set(spans_of(base)), []
    for start, end, by in side.get("c", []):
        if (start, end) not in words:
            raise ValueError(f"{start} to {end} is no word of the text")
        words.discard((start, end))
        changes.append(Change((start, end), by))
    return EditedText(base, tuple(sorted(changes, key=lambda change: change.span)))
