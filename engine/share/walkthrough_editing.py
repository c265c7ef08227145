"""A draft after a change: a step more or less, in another place or in other words, or undone."""

from __future__ import annotations

from dataclasses import replace

from engine.types import CrossExamError
from engine.types.share.walkthroughs import (
    LONGEST_HEADING,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_STEPS,
    Draft,
    Walkthrough,
    WalkthroughStep,
)

MOST_UNDONE = 50  # changes that can be taken back


def added(draft: Draft, step: WalkthroughStep) -> Draft:
    """The draft with this step at its end; raises CrossExamError where it is full."""
    walkthrough = draft.walkthrough
    if len(walkthrough.steps) >= MOST_STEPS:
        raise CrossExamError(
            f"the walkthrough has {MOST_STEPS} steps, the most that it can have: delete one first"
        )
    return changed(draft, replace(walkthrough, steps=(*walkthrough.steps, checked_words(step))))


def moved(draft: Draft, number: int, by: int) -> Draft:
    """The draft with the step of this number, from 0, so many places later, within the ends."""
    steps = list(draft.walkthrough.steps)
    step = steps.pop(number)
    steps.insert(max(0, min(len(steps), number + by)), step)
    return changed(draft, replace(draft.walkthrough, steps=tuple(steps)))


def reworded(draft: Draft, number: int, *, heading: str, note: str, live: bool) -> Draft:
    """The draft with other words for the step of this number, and played live or not."""
    steps = list(draft.walkthrough.steps)
    steps[number] = checked_words(replace(steps[number], heading=heading, note=note, live=live))
    return changed(draft, replace(draft.walkthrough, steps=tuple(steps)))


def deleted(draft: Draft, number: int) -> Draft:
    """The draft without the step of this number."""
    steps = draft.walkthrough.steps
    return changed(draft, replace(draft.walkthrough, steps=steps[:number] + steps[number + 1 :]))


def titled(draft: Draft, title: str) -> Draft:
    """The draft under another title."""
    title = within(title, LONGEST_TITLE, "title")
    return changed(draft, replace(draft.walkthrough, title=title))


def changed(draft: Draft, walkthrough: Walkthrough) -> Draft:
    """The draft with this walkthrough in place of what it was, which `undone` brings back."""
    if walkthrough == draft.walkthrough:
        return draft
    return Draft(walkthrough, (*draft.earlier, draft.walkthrough)[-MOST_UNDONE:])


def undone(draft: Draft) -> Draft:
    """The draft before its last change; itself where nothing was changed."""
    if not draft.earlier:
        return draft
    return Draft(draft.earlier[-1], draft.earlier[:-1])


def checked_words(step: WalkthroughStep) -> WalkthroughStep:
    """The step, its heading on one line; raises CrossExamError for words that are too long."""
    return replace(
        step,
        heading=within(step.heading, LONGEST_HEADING, "heading"),
        note=within(step.note, LONGEST_NOTE, "note", lines=True),
    )


def within(text: str, longest: int, name: str, *, lines: bool = False) -> str:
    """The text without blanks around it, on one line unless it may have `lines`.

    Raises CrossExamError where it is longer than that many characters.
    """
    text = text.strip() if lines else " ".join(text.split())
    if len(text) > longest:
        raise CrossExamError(f"the {name} has {len(text):,} characters: give at most {longest:,}")
    return text
