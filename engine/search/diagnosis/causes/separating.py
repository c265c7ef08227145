"""Which words separate a document from one above it: the gap of their logits, taken apart."""

from __future__ import annotations

from collections.abc import Iterable

from engine.explain.pairwise import Difference
from engine.types import FLAGGED_ABOVE
from engine.types.diagnosis.causes import MISJUDGED, OUTSCORED, Cause, Evidence
from engine.types.wording.numbers import signed

NAMED = 4
EXPLAINED = (OUTSCORED, MISJUDGED)  # the causes of which a gap of two logits is evidence


def can_be_separated(cause: Cause) -> bool:
    """Whether the cause holds the document against another by the cross-encoder's logits."""
    return cause.kind in EXPLAINED and bool(cause.other)


def separating_evidence(difference: Difference) -> tuple[Evidence, ...]:
    """The words that speak most for the one above (A) and for the document (B), and the parts.

    By the pairwise attribution of Explain; what the parts miss of the gap is said.
    """
    for_above = [
        *((f"“{word}” in the one above", value) for word, value in difference.words_a),
        *((f"“{word.word}” of the query", word.value) for word in difference.query),
        *((f"“{word}” in this one", value) for word, value in difference.words_b),
    ]
    remainder = (
        f", {difference.residual:.0%} of it unexplained: take small values as rough"
        if difference.residual > FLAGGED_ABOVE
        else ""
    )
    return (
        Evidence("Words that speak for the one above", _named(for_above, sign=1)),
        Evidence("Words that speak for this one", _named(for_above, sign=-1)),
        Evidence(
            "All words, special tokens and baselines",
            f"{signed(difference.explained)} of a gap of {signed(difference.gap)} logits, in "
            f"fp32{remainder}",
        ),
    )


def _named(values: Iterable[tuple[str, float]], *, sign: int) -> str:
    """The words that say most in this direction, each with its logits."""
    toward = sorted((pair for pair in values if sign * pair[1] > 0), key=lambda p: -sign * p[1])
    return ", ".join(f"{name} ({signed(value)})" for name, value in toward[:NAMED]) or "none"
