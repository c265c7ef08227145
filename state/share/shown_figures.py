"""The figures that a page shows just now, where they are no search and no pair.

A page says what it shows; of one that does not, its tables are taken as they are drawn. What
keeps a view for a walkthrough takes that, as it stands on screen, and computes nothing anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from engine.share.provenance import provenance
from engine.types.share.figures import FiguresSnapshot, FigureTable
from state import url_state
from state.app_resources import preparations, workbench

_SHOWN = "_shown_figures"  # (the page's address, what freezes its figures)
MEANING = "As the page showed them when they were kept."
Freeze = Callable[[], FiguresSnapshot]


def begin(address: str) -> None:
    """Forget what was shown: the page at this address is about to be drawn."""
    st.session_state[_SHOWN] = (address, None)


def show(freeze: Freeze) -> None:
    """Say what the page shows; `freeze` may be called in a thread that knows no session."""
    address, _ = st.session_state.get(_SHOWN, ("", None))
    st.session_state[_SHOWN] = (address, freeze)


def shown(address: str) -> Freeze | None:
    """What freezes the figures of the page at this address, None where it shows none."""
    of, freeze = st.session_state.get(_SHOWN, ("", None))
    return freeze if of == address else None


def show_tables(title: str, sentence: str, tables: Sequence[FigureTable]) -> None:
    """Say that the page shows these tables, where it said nothing by itself."""
    address, freeze = st.session_state.get(_SHOWN, ("", None))
    if freeze is not None or not tables:
        return
    preparation = preparations().begun(url_state.current().corpus)
    loaded = preparation.value if preparation is not None else None
    models, settings = workbench().models, url_state.current().settings

    def tables_of_page() -> FiguresSnapshot:
        origin = provenance(
            loaded.corpus.info if loaded is not None else None,
            settings,
            models=models.default_names,
            backend=models.cross_encoder().backend,
        )
        return FiguresSnapshot(
            title=title,
            provenance=origin,
            headline=sentence or title,
            opening=(
                f"This is what the page “{title}” showed on one machine. Its figures are those of "
                "that machine and that day: another one gives others."
            ),
            tables=tuple(
                FigureTable(table.caption, table.head, table.rows, table.meaning or MEANING)
                for table in tables
            ),
        )

    st.session_state[_SHOWN] = (address, tables_of_page)
