"""How alike a bi-encoder finds each query word and each document word, as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.common import palette
from components.common.export.chart_view import chart_view
from components.common.wording import counted
from components.explain.attention_heatmap import safe_label
from engine.types import Floats

SHOWN = 30  # columns; of a longer document those most like a query word


def similarity_heatmap(
    query_words: Sequence[str],
    doc_words: Sequence[str],
    cosines: Floats,
    *,
    dark: bool,
    key: str,
) -> None:
    """Draw the cosines, shape (query words, document words), with the query on y."""
    chart_view(
        partial(figure, query_words, doc_words, cosines),
        dark=dark,
        key=key,
        title="Cosines of the bi-encoder's word vectors",
        alt=spoken(query_words, doc_words, cosines),
    )
    if len(doc_words) > SHOWN:
        st.caption(
            f"The {SHOWN} of {len(doc_words)} document words that are most like a query word, in "
            "reading order."
        )


def figure(
    query_words: Sequence[str], doc_words: Sequence[str], cosines: Floats, *, dark: bool
) -> go.Figure:
    """The heat map as a Plotly figure; its colours reach as far as the strongest cosine."""
    columns = shown_columns(cosines)
    cells = cosines[:, columns]
    top = float(np.abs(cells).max(initial=0.0)) or 1.0
    n_rows = len(query_words)
    hover = [
        [f"query “{safe_label(q, 60)}”, document “{safe_label(doc_words[c], 60)}”" for c in columns]
        for q in query_words
    ]
    chart = go.Figure(
        go.Heatmap(
            z=cells,
            x=list(range(len(columns))),
            y=list(range(n_rows)),
            zmin=-top,
            zmax=top,
            xgap=1,
            ygap=1,
            colorscale=palette.diverging(dark),
            colorbar={**palette.colour_bar("cosine"), "tickformat": ".1f"},
            customdata=hover,
            hovertemplate="%{customdata}<br>cosine %{z:.3f}<extra></extra>",
        )
    )
    chart.update_layout(
        **palette.plot_layout(
            dark,
            height=150 + 34 * max(3, min(n_rows, 20)),
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
        )
    )
    axis_options = {"showgrid": False, "zeroline": False}
    chart.update_xaxes(
        title_text="document word, in reading order",
        tickvals=list(range(len(columns))),
        ticktext=[safe_label(doc_words[c]) for c in columns],
        tickangle=-60 if len(columns) > 8 else 0,
        **axis_options,
    )
    chart.update_yaxes(
        title_text="query word",
        tickvals=list(range(n_rows)),
        ticktext=[safe_label(word) for word in query_words],
        autorange="reversed",
        **axis_options,
    )
    return chart


def spoken(query_words: Sequence[str], doc_words: Sequence[str], cosines: Floats) -> str:
    """What the heat map shows, for those who hear it: its size and its highest cosine."""
    size = (
        f"Heat map of cosines: {counted(len(query_words), 'query word')} by "
        f"{counted(len(doc_words), 'document word')}"
    )
    if not cosines.size:
        return f"{size}."
    row, column = (int(i) for i in np.unravel_index(int(cosines.argmax()), cosines.shape))
    return (
        f"{size}. Highest: query “{query_words[row]}” and document “{doc_words[column]}”, "
        f"{cosines[row, column]:.3f}."
    )


def shown_columns(cosines: Floats, most: int = SHOWN) -> list[int]:
    """The document words to draw, in reading order: all, or those most like a query word."""
    n_columns = cosines.shape[1]
    if n_columns <= most:
        return list(range(n_columns))
    peaks = cosines.max(axis=0)
    return sorted(np.argsort(-peaks, kind="stable")[:most].tolist())
