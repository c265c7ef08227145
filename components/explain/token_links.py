"""Query and document words as chips, linked by what they look at; all in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.explain.attention_words import selection_label
from engine.types import AttentionView, Floats
from system.csv_writing import Cell, csv_text

DEFAULT_DOCUMENT_HEIGHT = 380  # px; a longer document scrolls

_HERE = Path(__file__).parent
_SCRIPTS = ("token_links.js", "token_links_parts.js")
_links = BrowserView(
    "crossexam.token_links",
    css=_HERE / "token_links.css",
    scripts=[_HERE / name for name in _SCRIPTS],
)


def token_links(view: AttentionView, *, key: str, height: int | None = None) -> None:
    """Draw the words of both sides; hover or focus one to see where it looks.

    A query word shows query → document attention, a document word the other
    direction. Click or Enter pins, Esc lets go. Nothing is sent to the server.
    `height` bounds the scrolling document in pixels.
    """
    _links(key=key, data=payload(view, height=height))
    title = f"Where the words look: {selection_label(view.layer, view.head)}"
    save_picture(key, title=title, numbers=links_csv(view))


def links_csv(view: AttentionView) -> str:
    """A row for each pair of a query's and a document's word, with both directions.

    What was not recorded, of special tokens, is empty.
    """
    rows: list[list[Cell]] = [
        [
            q + 1,
            query_word,
            d + 1,
            document_word,
            _number(view.query_to_doc[q, d]),
            _number(view.doc_to_query[d, q]),
        ]
        for q, query_word in enumerate(view.query_units)
        for d, document_word in enumerate(view.doc_units)
    ]
    header = ["place in query", "query", "place in document", "document"]
    return csv_text([*header, "query to document", "document to query"], rows)


def _number(share: Any) -> float | None:
    return None if np.isnan(share) else round(float(share), 6)


def payload(view: AttentionView, *, height: int | None = None) -> dict[str, Any]:
    """What the browser gets: words as data, never as markup; NaN cells become null."""
    return {
        "query": list(view.query_units),
        "document": list(view.doc_units),
        "query_special": _special(view.query_to_doc, len(view.query_units)),
        "document_special": _special(view.doc_to_query, len(view.doc_units)),
        "query_to_doc": _cells(view.query_to_doc),
        "doc_to_query": _cells(view.doc_to_query),
        "unit": "word" if view.merged else "piece",
        "selection": selection_label(view.layer, view.head),
        "height": height or DEFAULT_DOCUMENT_HEIGHT,
    }


def _special(weights: Floats, units: int) -> list[bool]:
    """Which rows are special tokens: they alone have cells that were not recorded."""
    if not weights.size:
        return [False] * units
    flags: list[bool] = np.any(np.isnan(weights), axis=1).tolist()
    return flags


def _cells(weights: Floats) -> list[list[float | None]]:
    rows: list[list[float]] = np.round(weights.astype(np.float64), 6).tolist()
    return [[None if cell != cell else cell for cell in row] for row in rows]
