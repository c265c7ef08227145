"""The words of a query and a document as chips that can be dropped, masked or replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture

DEFAULT_DOCUMENT_HEIGHT = 340  # px; a longer document scrolls
LONGEST_REPLACEMENT = 200
SIDES = ("query", "document")

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_word_editor",
    html='<div class="we"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class EditorWord:
    """A word, the text between it and the one before, and what stands in its place.

    `by` is None while the word is kept and "" while it is dropped. `read` is False
    for a word beyond the cross-encoder's limit.
    """

    gap: str
    text: str
    by: str | None = None
    read: bool = True


@dataclass(frozen=True, slots=True)
class EditorChange:
    """What stands in the place of changed words, by side and word number."""

    revision: int
    by: Mapping[str, dict[int, str]]


def word_editor(
    query: Sequence[EditorWord],
    document: Sequence[EditorWord],
    *,
    token: str,
    revision: int,
    mask: str,
    key: str,
    height: int = DEFAULT_DOCUMENT_HEIGHT,
) -> EditorChange | None:
    """Draw the chips and return all changes as the visitor just left them, else None.

    `token` names the two texts and `revision` counts their changes, so that the browser
    and the server know which of them is ahead.
    """
    words = {"query": query, "document": document}
    result = _MOUNT(
        data=pack(words, token=token, revision=revision, mask=mask, height=height),
        key=key,
        on_changed_change=lambda: None,
    )
    save_picture(key, title="The words of query and document, as edited")
    return change(result.changed, token, {side: len(chips) for side, chips in words.items()})


def pack(
    words: Mapping[str, Sequence[EditorWord]], *, token: str, revision: int, mask: str, height: int
) -> dict[str, Any]:
    """What the browser gets: words as data, never as markup."""
    return {
        "token": token,
        "revision": revision,
        "mask": mask,
        "height": height,
        "longest": LONGEST_REPLACEMENT,
        **{
            side: {
                "words": [[word.gap, word.text, word.read] for word in words[side]],
                "by": {str(i): w.by for i, w in enumerate(words[side]) if w.by is not None},
            }
            for side in SIDES
        },
    }


def change(value: object, token: str, counts: Mapping[str, int]) -> EditorChange | None:
    """What the browser sent, or None unless it is about these very texts."""
    if not isinstance(value, dict) or value.get("token") != token:
        return None
    revision, sent = value.get("revision"), value.get("by")
    if not isinstance(revision, int) or not isinstance(sent, dict):
        return None
    by: dict[str, dict[int, str]] = {}
    for side in SIDES:
        changed = sent.get(side)
        if not isinstance(changed, dict):
            return None
        by[side] = {
            int(number): put[:LONGEST_REPLACEMENT]
            for number, put in changed.items()
            if isinstance(number, str)
            and number.isascii()
            and number.isdigit()
            and int(number) < counts[side]
            and isinstance(put, str)
        }
    return EditorChange(revision, by)
