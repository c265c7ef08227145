"""Which rerankers can be explained, by words or by attention, and why the others cannot."""

from __future__ import annotations

from engine.types.ranker_names import parsed

NO_ATTENTION = "it has no attention between query and document"


def why_not_explained(name: str) -> str:
    """Why an additional reranker cannot be explained here, "" where it can."""
    return parsed(name).record.unexplained


def why_no_attention(name: str) -> str:
    """Why an additional reranker has no attention to show here, "" where it has."""
    kind = parsed(name).record
    return kind.unexplained or ("" if kind.attends else NO_ATTENTION)
