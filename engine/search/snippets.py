"""Short extracts of documents with the matched terms marked."""

from __future__ import annotations

from collections.abc import Callable

from engine.types import Document, Snippet

Spans = Callable[[str], list[tuple[int, int]]]
LENGTH = 180
LONGEST_WORD = 40  # further back no blank is looked for: some scripts have none


def snippet(document: Document, spans: Spans, *, length: int = LENGTH) -> Snippet:
    """The stretch of at most `length` characters that holds most matches, whole words.

    `spans(text)` gives (start, end) of the matches. Without a match it is the opening.
    An ellipsis stands where text was left out; marks fit the returned text.
    """
    text = " ".join(document.text.split())
    matches = spans(text)
    if len(text) <= length:
        return Snippet(text, tuple(matches))
    start = _best_start(matches, length)
    if start:
        space = text.rfind(" ", max(0, start - LONGEST_WORD), start)
        start = space + 1 if space >= 0 else start
    end = min(len(text), start + length)
    if end < len(text):
        last_space = text.rfind(" ", max(start, end - LONGEST_WORD), end)
        end = last_space if last_space > start else end
    leading_ellipsis = "… " if start else ""
    trailing_ellipsis = " …" if end < len(text) else ""
    shift = len(leading_ellipsis) - start
    marks = tuple((a + shift, b + shift) for a, b in matches if a >= start and b <= end)
    return Snippet(leading_ellipsis + text[start:end] + trailing_ellipsis, marks)


def _best_start(matches: list[tuple[int, int]], length: int) -> int:
    """The start of the window with the most matches; 0 when the opening is as good."""
    lead = length // 6

    def count(start: int) -> int:
        return sum(a >= start and b <= start + length for a, b in matches)

    best = 0
    for a, _ in matches:
        candidate = max(0, a - lead)
        if count(candidate) > count(best):
            best = candidate
    return best
