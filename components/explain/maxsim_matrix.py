"""The whole matrix of late interaction: a row for each query token, its best match marked."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.common import palette
from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.common.wording import counted
from engine.types import TokenMatches
from system.csv_writing import csv_text

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_maxsim_matrix",
    html='<div class="ms"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)
DECIMALS = 4
Matrix = NDArray[np.float64]


def maxsim_matrix(matches: TokenMatches, *, title: str, key: str) -> None:
    """Draw every cosine; the last column holds the rows' maxima, which sum to the score.

    `title` is the document's, for the name that tells two matrices apart where they are heard.
    """
    name = f"Cosines of query tokens and document tokens, {title}, scrolls"
    _MOUNT(key=key, data={**pack(matches), "name": name})
    save_picture(
        key,
        title=f"MaxSim: {title}",
        caption="Rows are query tokens, columns document tokens; shades run from the smallest "
        "cosine to the largest, the outlined cell is the row's best match. "
        f"Model: {matches.model}.",
        numbers=numbers_csv(matches),
    )


def numbers_csv(matches: TokenMatches) -> str:
    """A row a query token: its cosine with every document token, and the best of them."""
    values = matches.similarities.astype(np.float64)
    rows = [
        (token, *row.tolist(), float(row[best]), matches.doc_tokens[best])
        for token, row, best in zip(matches.query_tokens, values, matches.best, strict=True)
    ]
    return csv_text(("query token", *matches.doc_tokens, "best match", "best token"), rows)


def pack(matches: TokenMatches) -> dict[str, Any]:
    """What the browser gets: tokens as data, cosines to four decimals.

    `shade` is 0 for the smallest cosine of the matrix and 1 for the largest. `folded` stands
    for the query's special tokens in one row: what they bring to the score together.
    """
    values = matches.similarities.astype(np.float64)
    least = float(values.min())
    shades = (values - least) / ((float(values.max()) - least) or 1.0)
    special_rows = list(matches.special_rows)
    best = matches.best
    return {
        "query": list(matches.query_tokens),
        "document": list(matches.doc_tokens),
        "best": list(best),
        "cosines": np.round(values, DECIMALS).tolist(),
        "shades": np.round(shades, 3).tolist(),
        "maxima": [f"{values[row, column]:.{DECIMALS}f}" for row, column in enumerate(best)],
        "special": special_rows,
        "folded": _folded(matches, values),
        "score": f"{matches.score:.{DECIMALS}f}",
        "low": [palette.SEQUENTIAL_LIGHT[0], palette.SEQUENTIAL_DARK[0]],
        "high": [palette.SEQUENTIAL_LIGHT[-1], palette.SEQUENTIAL_DARK[-2]],
    }


def _folded(matches: TokenMatches, values: Matrix) -> dict[str, str] | None:
    """The one row of all special tokens, whose maxima sum as theirs do; None without any."""
    rows = matches.special_rows
    if not rows:
        return None
    names = Counter(matches.query_tokens[row] for row in rows)
    total = sum(float(values[row, matches.best[row]]) for row in rows)
    return {
        "label": counted(len(rows), "special token"),
        "names": ", ".join(f"{n} × {name}" if n > 1 else name for name, n in names.items()),
        "sum": f"{total:.{DECIMALS}f}",
    }
