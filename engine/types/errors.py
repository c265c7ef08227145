"""What went wrong in words for the user, and what was called off."""

from __future__ import annotations


class CrossExamError(Exception):
    """A mistake the user can mend; its text names the value and the remedy."""


class Cancelled(CrossExamError):  # noqa: N818 - nothing went wrong
    """The user called the work off."""


def shown(value: object, limit: int = 60) -> str:
    """The value's repr on one line, cut at `limit` characters, for an error's sentence."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
