"""The figures that a page shows just now, where they are no search and no pair.

A page says what it shows; what keeps a view for a walkthrough takes that, as it stands on
screen, and computes nothing anew.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from engine.types.share.figures import FiguresSnapshot

_SHOWN = "_shown_figures"  # (the page's address, what freezes its figures)
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
