"""Which layers decide a ranking, and a forward pass as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.explain.attention_view import crossing_grid, view_of
from engine.types import AttentionView, Floats
from engine.types.explain.forward_pass import (
    DocumentPass,
    ForwardPass,
    PairPass,
    PassClock,
    RankingFormation,
    TextPass,
)

QUIET_SHARE = 0.1  # of the final spread: below it documents count as not yet told apart
DECIMALS = 6


def document_pass(
    title: str, query_pass: TextPass, alone: TextPass, pair: PairPass
) -> DocumentPass:
    """One document's passes joined: the cosine of both vectors, and what crosses in each head."""
    return DocumentPass(
        title=title,
        alone=alone,
        pair=pair,
        cosine=float(query_pass.vector @ alone.vector),
        crossing=crossing_grid(pair.attention),
    )


def ranking_formation(lenses: Sequence[Floats]) -> RankingFormation | None:
    """Where the order of documents forms, of their lens' values of shape (layers + 1,) each.

    None of fewer than two documents, or where the end does not tell them apart.
    """
    if len(lenses) < 2:
        return None
    values = np.stack(lenses, axis=1)  # (layers + 1, documents)
    spread = values.max(axis=1) - values.min(axis=1)
    if not spread[-1] > 0:
        return None
    layers_apart = np.flatnonzero(spread > QUIET_SHARE * spread[-1])
    quiet_until = max(int(layers_apart[0]) - 1, 0)
    orders = [tuple(np.argsort(-row, kind="stable").tolist()) for row in values]
    other_layers = [layer for layer, order in enumerate(orders) if order != orders[-1]]
    return RankingFormation(
        quiet_until=quiet_until,
        quiet_spread=float(spread[: quiet_until + 1].max()),
        final_spread=float(spread[-1]),
        settled_from=max(other_layers) + 1 if other_layers else 0,
        leaders=tuple(order[0] for order in orders),
    )


def head_views(pair: PairPass, layer: int) -> tuple[AttentionView, ...]:
    """What each head of a layer (from 0) looks at, in whole words."""
    attention = pair.attention
    return tuple(view_of(attention, layer=layer, head=head) for head in range(attention.heads))


def forward_values(passes: ForwardPass) -> dict[str, Any]:
    """A forward pass ready for JSON: layers from 0 (the embeddings), heads in their order."""
    formation = ranking_formation([document.pair.lens for document in passes.documents])
    return {
        "query": passes.query,
        "bi_encoder": passes.bi_encoder,
        "cross_encoder": passes.cross_encoder,
        "pooling": passes.pooling,
        "explains": passes.explains,
        "query_pass": _text_values(passes.query_pass),
        "cosine_clock": _clock_values(passes.cosine_clock),
        "documents": [_document_values(document) for document in passes.documents],
        "ranking": None
        if formation is None
        else {
            "quiet_until": formation.quiet_until,
            "quiet_spread": _rounded(formation.quiet_spread),
            "final_spread": _rounded(formation.final_spread),
            "settled_from": formation.settled_from,
            "leaders": [passes.documents[leader].title for leader in formation.leaders],
        },
    }


def _document_values(document: DocumentPass) -> dict[str, Any]:
    pair = document.pair
    return {
        "title": document.title,
        "cosine": _rounded(document.cosine),
        "score": _rounded(pair.score),
        "logit_lens": _list(pair.lens),
        "crossing": _list(document.crossing),
        "tokens": list(pair.attention.pair.tokens),
        "segments": list(pair.attention.pair.segment),
        "cls_states": _list(pair.cls_states),
        "clock": _clock_values(pair.clock),
        "document_pass": _text_values(document.alone),
    }


def _text_values(text: TextPass) -> dict[str, Any]:
    return {
        "tokens": list(text.tokens),
        "n_truncated": text.n_truncated,
        "cls_states": _list(text.cls_states),
        "vector": _list(text.vector),
        "clock": _clock_values(text.clock),
    }


def _clock_values(clock: PassClock) -> dict[str, Any]:
    return {"seconds": clock.seconds, "runs": clock.runs}


def _rounded(value: float) -> float:
    return round(float(value), DECIMALS)


def _list(values: Floats) -> list[Any]:
    rounded: list[Any] = np.round(values.astype(np.float64), DECIMALS).tolist()
    return rounded
