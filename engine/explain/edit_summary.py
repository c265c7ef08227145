"""What an edit of a pair consists of, counted."""

from __future__ import annotations

from dataclasses import dataclass

from engine.explain.counterfactual import MASK, Edit


@dataclass(frozen=True, slots=True)
class EditSummary:
    """Counts of changed words; `rewritten` are the texts, "query" or "document", written anew."""

    dropped: int
    masked: int
    replaced: int
    rewritten: tuple[str, ...]


def edit_summary(unedited: Edit, edit: Edit) -> EditSummary:
    """How `edit` differs from the pair as it was."""
    replacements = [change.by for text in (edit.query, edit.document) for change in text.changes]
    dropped, masked = replacements.count(""), replacements.count(MASK)
    rewritten = [
        side
        for side, text_before, text_after in (
            ("query", unedited.query, edit.query),
            ("document", unedited.document, edit.document),
        )
        if text_before.base != text_after.base
    ]
    return EditSummary(dropped, masked, len(replacements) - dropped - masked, tuple(rewritten))
