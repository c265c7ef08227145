"""How the attention views name a choice on screen: layers and heads count from 1."""

from __future__ import annotations

from typing import Literal

Direction = Literal["query_to_doc", "doc_to_query"]

DIRECTION_LABELS: dict[Direction, str] = {
    "query_to_doc": "query → document",
    "doc_to_query": "document → query",
}


def selection_label(layer: int | None, head: int | None) -> str:
    """What is shown, from 0-based choices: "layer 4, head 7" or the mean that None asks for."""
    if layer is None:
        return (
            "mean of all layers and heads"
            if head is None
            else f"head {head + 1}, mean of all layers"
        )
    if head is None:
        return f"layer {layer + 1}, mean of its heads"
    return f"layer {layer + 1}, head {head + 1}"
