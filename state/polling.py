"""Redrawing a part of a page while work goes on in the background."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

REDRAW_SECONDS = 0.3


def redraw_while(
    running: Callable[[], bool], draw: Callable[[], None], *, every: float = REDRAW_SECONDS
) -> bool:
    """Draw this part now, and again and again while `running`; then the whole page, once.

    Returns whether it is drawn again, so that what needs the result can be left out.

    Where nothing runs there is no fragment: a redraw that the browser still asks for must find
    none, or Streamlit starts it in a new runner and throws away what this run has drawn but not
    yet sent.
    """
    if not running():
        with st.container():
            draw()
        return False

    def redrawn() -> None:
        if not running():
            st.rerun()
        draw()

    st.fragment(redrawn, run_every=every)()
    return True
