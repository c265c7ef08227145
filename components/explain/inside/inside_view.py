"""The picture of a forward pass: stepped, played and opened in the browser.

The first drawing carries all numbers but the heads' words; those of a layer are asked for when
it is opened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.common import stage
from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.common.export.saved_table import SAVED_TABLE
from components.common.palette import (
    STAGE_COLOURS_DARK,
    STAGE_COLOURS_LIGHT,
    STATE_DARK,
    STATE_LIGHT,
)
from components.explain.inside import inside_wording as wording
from components.explain.inside.inside_numbers import numbers_csv
from engine.types import BI_ENCODER, CROSS_ENCODER, AttentionView, Floats
from engine.types.explain.forward_pass import (
    DocumentPass,
    ForwardPass,
    RankingFormation,
    TextPass,
)

MOST_DOCUMENTS = 6
CELLS = 16  # how many of a state's numbers are sent and drawn
LIT = 22  # document tokens at most that stand in the tower, and are lit where the query looks
DECIMALS = 4
SHARES = 10_000  # attention is sent in ten-thousandths

_HERE = Path(__file__).parent
_SCRIPTS = (
    "inside_parts.js",
    "inside_towers.js",
    "inside_chart.js",
    "inside_heads.js",
    "inside_address.js",
    "inside.js",
)
_MOUNT = BrowserView(
    "crossexam_inside",
    html='<div class="inside"></div>',
    css=_HERE / "inside.css",
    scripts=[*SAVED_TABLE, *(_HERE / name for name in _SCRIPTS)],
)


@dataclass(frozen=True, slots=True)
class OpenedLayer:
    """A layer of the cross-encoder, from 0, for one of the documents, from 0."""

    document: int
    layer: int


@dataclass(frozen=True, slots=True)
class LayerHeads:
    """What the heads of an opened layer look at."""

    opened: OpenedLayer
    views: tuple[AttentionView, ...]


def inside_view(
    passes: ForwardPass,
    *,
    formation: RankingFormation | None,
    layer_means: Sequence[Sequence[AttentionView]],
    candidates: int,
    backend: str,
    heads: LayerHeads | None,
    key: str,
) -> OpenedLayer | None:
    """Draw the passes; returns the layer whose heads are wanted just now, else None.

    `layer_means` are, for each document, what the mean of each layer's heads looks at; `backend`
    is what ranks in searches, of which `candidates` documents are the cross-encoder's.
    """
    first = first_view(
        passes, formation=formation, layer_means=layer_means, candidates=candidates, backend=backend
    )
    data = {
        **first,
        "heads": None if heads is None else heads_of(heads),
        "stage": stage.is_on(),
    }
    result = _MOUNT(data=data, key=key, on_wanted_change=lambda: None)
    save_picture(key, title="Inside both models", numbers=numbers_csv(passes))
    return _wanted(result.wanted, passes)


def first_view(
    passes: ForwardPass,
    *,
    formation: RankingFormation | None,
    layer_means: Sequence[Sequence[AttentionView]],
    candidates: int,
    backend: str,
) -> dict[str, Any]:
    """All numbers of the first drawing; every text stays text."""
    return {
        "query": passes.query,
        "models": wording.model_words(passes),
        "first_token": wording.first_token_sentence(passes),
        "explains": passes.explains,
        "pooling": passes.pooling,
        "colours": {
            "bi": [c[BI_ENCODER] for c in (STAGE_COLOURS_LIGHT, STAGE_COLOURS_DARK)],
            "cross": [c[CROSS_ENCODER] for c in (STAGE_COLOURS_LIGHT, STAGE_COLOURS_DARK)],
            "above": [STATE_LIGHT[0], STATE_DARK[0]],
            "below": [STATE_LIGHT[1], STATE_DARK[1]],
        },
        "dimensions": [
            passes.query_pass.cls_states.shape[1],
            passes.documents[0].pair.cls_states.shape[1],
        ],
        "query_pass": _text(passes.query_pass),
        "cosine_clock": wording.clock_text(passes.cosine_clock),
        "documents": [
            _document(passes, document, number, means)
            for number, (document, means) in enumerate(
                zip(passes.documents, layer_means, strict=True)
            )
        ],
        "formation": None
        if formation is None
        else {"quiet": formation.quiet_until, "settled": formation.settled_from},
        "formation_text": wording.formation_sentence(formation, passes),
        "cost": wording.cost_words(passes, candidates, backend),
        "cells_note": wording.cells_note(passes, CELLS),
        "lens_note": wording.LENS_NOTE,
        "attention_note": wording.ATTENTION_NOTE,
    }


def heads_of(heads: LayerHeads) -> dict[str, Any]:
    """The words and links of one layer's heads, in ten-thousandths of a row's attention."""
    first = heads.views[0]
    return {
        "document": heads.opened.document,
        "layer": heads.opened.layer,
        "query": list(first.query_units),
        "words": list(first.doc_units),
        "to_document": [_shares(view.query_to_doc) for view in heads.views],
        "to_query": [_shares(view.doc_to_query) for view in heads.views],
    }


def _wanted(value: Any, passes: ForwardPass) -> OpenedLayer | None:
    """What the browser asked for, where there is such a document and layer."""
    if not isinstance(value, dict):
        return None
    document, layer = value.get("document"), value.get("layer")
    if not isinstance(document, int) or not isinstance(layer, int):
        return None
    if not 0 <= document < len(passes.documents):
        return None
    if not 0 <= layer < passes.documents[document].pair.layers:
        return None
    return OpenedLayer(document, layer)


def _document(
    passes: ForwardPass, document: DocumentPass, number: int, means: Sequence[AttentionView]
) -> dict[str, Any]:
    pair = document.pair
    tokenized = pair.attention.pair
    links = [_link_words(view) for view in means]
    return {
        "letter": wording.LETTERS[number],
        "title": wording.short_title(document.title),
        "cosine": round(document.cosine, DECIMALS),
        "score": round(pair.score, DECIMALS),
        "lens": _numbers(pair.lens),
        "crossing": [_numbers(row) for row in document.crossing],
        "states": [_numbers(row[:CELLS]) for row in pair.cls_states],
        "tokens": list(tokenized.tokens),
        "segments": "".join(name[0] for name in tokenized.segment),
        "looked_at": _looked_at(pair.attention.query_to_doc),
        "cut": tokenized.n_truncated_doc,
        "clock": wording.clock_text(pair.clock),
        "alone": _text(document.alone),
        "steps": wording.step_texts(passes, document, links),
    }


def _text(text: TextPass) -> dict[str, Any]:
    return {
        "tokens": list(text.tokens),
        "states": [_numbers(row[:CELLS]) for row in text.cls_states],
        "vector": _numbers(text.vector[:CELLS]),
        "cut": text.n_truncated,
        "clock": wording.clock_text(text.clock),
    }


def _looked_at(query_to_doc: Floats) -> list[list[float]]:
    """How much query tokens look at each of the document's first tokens, a row a layer.

    The mean over heads and query tokens, against the layer's most looked at token.
    """
    means = query_to_doc.mean(axis=(1, 2), dtype=np.float64)  # (layers, document tokens)
    shares = means[:, :LIT] / np.maximum(means.max(axis=1, keepdims=True), 1e-9)
    rounded: list[list[float]] = np.round(shares, 2).tolist()
    return rounded


def _link_words(view: AttentionView) -> str:
    """The strongest link of query words to document words, in words; "" without one."""
    if not view.query_to_doc.size:
        return ""
    q, d = np.unravel_index(int(view.query_to_doc.argmax()), view.query_to_doc.shape)
    share = float(view.query_to_doc[q, d])
    return f" (strongest: “{view.query_units[q]}” → “{view.doc_units[d]}”, {share:.0%})"


def _numbers(values: Floats) -> list[float]:
    rounded: list[float] = np.round(values.astype(np.float64), DECIMALS).tolist()
    return rounded


def _shares(block: Floats) -> list[list[int]]:
    shares: list[list[int]] = np.rint(block.astype(np.float64) * SHARES).astype(int).tolist()
    return shares
