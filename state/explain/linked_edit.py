"""The edit of a pair that a link names."""

from __future__ import annotations

from engine.share.edit_text import edit_of_text
from state.explain.what_if import WhatIf, word_spans


def linked_edit(edits: WhatIf, given: tuple[str | None] | None) -> bool:
    """Take the edit that a link gave just now, or none; False where it is of other texts."""
    if given is None:
        return True
    (text,) = given
    if text is None:
        edits.reset()
        return True
    try:
        edits.take(edit_of_text(text, edits.unedited, word_spans))
    except ValueError:
        return False
    return True
