"""The sentence and the tables that stand on the page, as plain figures: to be kept as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from engine.types.share.figures import FigureRow, FigureTable

MOST_ROWS = 200
_SENTENCE, _TABLES = "_drawn_sentence", "_drawn_tables"


def begin() -> None:
    """Forget what stood there: a page is about to be drawn."""
    st.session_state[_SENTENCE] = ""
    st.session_state[_TABLES] = {}


def keep_sentence(text: str) -> None:
    """Remember the sentence above the page, the first that is drawn."""
    if not st.session_state.get(_SENTENCE):
        st.session_state[_SENTENCE] = text


def keep_table(key: str, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Remember a table in place of what was drawn under its key before."""
    width = len(head)
    kept = tuple(
        FigureRow(row[0], tuple([*row[1:], *[""] * width][: width - 1])) for row in rows[:MOST_ROWS]
    )
    tables: dict[str, Any] = st.session_state.setdefault(_TABLES, {})
    if kept and width > 1:
        tables[key] = FigureTable(caption, tuple(head), kept)


def sentence() -> str:
    """The sentence of the page that was drawn last."""
    return str(st.session_state.get(_SENTENCE, ""))


def tables() -> tuple[FigureTable, ...]:
    """The tables of the page that was drawn last, in their order."""
    return tuple(st.session_state.get(_TABLES, {}).values())
