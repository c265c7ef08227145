"""Which rerankers can be explained word by word, and why the others cannot."""

from __future__ import annotations

from engine.types.ranker_names import parsed


def why_not_explained(name: str) -> str:
    """Why an additional reranker cannot be explained here, "" where it can."""
    return parsed(name).record.unexplained
