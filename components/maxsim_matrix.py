"""The whole matrix of late interaction: a row for each query token, its best match marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from components import palette
from search.types import TokenMatches

_HERE = Path(__file__)
_MOUNT = st.components.v2.component(
    "crossexam_maxsim_matrix",
    html='<div class="ms"></div>',
    css=_HERE.with_suffix(".css").read_text(encoding="utf-8"),
    js=_HERE.with_suffix(".js").read_text(encoding="utf-8"),
)
DECIMALS = 4


def maxsim_matrix(matches: TokenMatches, *, dark: bool, key: str) -> None:
    """Draw every cosine; the last column holds the rows' maxima, which sum to the score."""
    _MOUNT(key=key, data=pack(matches, dark=dark))


def pack(matches: TokenMatches, *, dark: bool) -> dict[str, Any]:
    """What the browser gets: tokens as data, cosines to four decimals.

    `shade` is 0 for the smallest cosine of the matrix and 1 for the largest.
    """
    values = matches.similarities.astype(np.float64)
    least = float(values.min())
    shades = (values - least) / ((float(values.max()) - least) or 1.0)
    low, *_, high = palette.SEQUENTIAL_DARK[:-1] if dark else palette.SEQUENTIAL_LIGHT
    best = matches.best
    return {
        "query": list(matches.query_tokens),
        "document": list(matches.doc_tokens),
        "best": list(best),
        "cosines": np.round(values, DECIMALS).tolist(),
        "shades": np.round(shades, 3).tolist(),
        "maxima": [f"{values[row, column]:.{DECIMALS}f}" for row, column in enumerate(best)],
        "score": f"{matches.score:.{DECIMALS}f}",
        "low": low,
        "high": high,
    }
