"""An attention map as plain values, for one choice of layer and head."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.types import AttentionMap, CrossExamError, Floats

DECIMALS = 6


def check_choice(attention: AttentionMap, layer: int | None, head: int | None) -> None:
    """Raise CrossExamError unless layer and head, both counted from 0, exist."""
    for name, value, count in (
        ("layer", layer, attention.layers),
        ("head", head, attention.heads),
    ):
        if value is not None and not 0 <= value < count:
            raise CrossExamError(
                f"{name} {value + 1} does not exist: the model has {count}, counted from 1"
            )


def averaged(blocks: Floats, layer: int | None, head: int | None) -> Floats:
    """blocks[layer, head, ...], averaged over all layers (heads) where None is given."""
    chosen = blocks if layer is None else blocks[layer : layer + 1]
    chosen = chosen if head is None else chosen[:, head : head + 1]
    mean: Floats = chosen.mean(axis=(0, 1))
    return mean


def as_values(attention: AttentionMap, layer: int | None, head: int | None) -> dict[str, Any]:
    """Tokens, segments, the two cross blocks and their share of the mass, ready for JSON.

    Layer and head are counted from 0 here and from 1 in the result; null is the mean
    of all. `query_to_doc` has a row for each query token, `doc_to_query` one for each
    document token.
    """
    check_choice(attention, layer, head)
    pair = attention.pair

    def share(mass: Floats) -> dict[str, float]:
        values = averaged(mass, layer, head)
        return {
            name: round(float(value), DECIMALS)
            for name, value in zip(("query", "document", "special"), values, strict=True)
        }

    return {
        "score": attention.score,
        "layer": None if layer is None else layer + 1,
        "head": None if head is None else head + 1,
        "layers": attention.layers,
        "heads": attention.heads,
        "tokens": list(pair.tokens),
        "segments": list(pair.segment),
        "n_truncated_query": pair.n_truncated_query,
        "n_truncated_doc": pair.n_truncated_doc,
        "query_tokens": list(attention.query_tokens),
        "doc_tokens": list(attention.doc_tokens),
        "query_to_doc": _rows(averaged(attention.query_to_doc, layer, head)),
        "doc_to_query": _rows(averaged(attention.doc_to_query, layer, head)),
        "query_mass": share(attention.query_mass),
        "doc_mass": share(attention.doc_mass),
    }


def _rows(block: Floats) -> list[list[float]]:
    rounded: list[list[float]] = np.round(block.astype(np.float64), DECIMALS).tolist()
    return rounded
