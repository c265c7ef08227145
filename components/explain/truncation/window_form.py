"""How a document is cut into windows: their length, their stride, a title before each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

LEAST_WINDOW, DEFAULT_WINDOW, STEP = 32, 200, 8


@dataclass(frozen=True, slots=True)
class WindowChoice:
    """Lengths in tokens; `titled` puts the document's title before each window."""

    scored: bool
    length: int
    stride: int
    titled: bool


def window_form(
    *, has_title: bool, room: Callable[[bool], int], give: Callable[[str, str, int, int, int], None]
) -> WindowChoice:
    """Draw the choices; `room` is how many tokens a window may have, titled or not.

    `give` hears of "window" and "stride" before its slider is drawn: the key, the bounds and the
    usual value; it may give it another one.
    """
    st.subheader("The remedy: score it by passages", anchor=False)
    st.markdown(
        "Cut the document into overlapping windows that fit, score each with the cross-encoder, "
        "and take the best (MaxP) or the mean of the two best (after Dai & Callan 2019, who put "
        "the title before every passage, so that a passage knows what it is about)."
    )
    on, size, shift, heading = st.columns([1, 1.6, 1.6, 1.3], vertical_alignment="center")
    scores_windows = on.toggle("Score it", value=True, key="by_passages", persist_state="session")
    titled = heading.toggle(
        "Title before each window",
        value=True,
        key="passage_title",
        persist_state="session",
        disabled=not has_title,
        help=None if has_title else "This document has no title.",
    )
    titled = titled and has_title
    largest = max(LEAST_WINDOW + STEP, room(titled) // STEP * STEP)
    usual_length = min(DEFAULT_WINDOW, largest)
    give("window", f"window_{largest}", LEAST_WINDOW, largest, usual_length)
    length = size.slider(
        "Window, in tokens",
        LEAST_WINDOW,
        largest,
        usual_length,
        step=STEP,
        key=f"window_{largest}",
    )
    usual_stride = max(LEAST_WINDOW // 2, length // 2)
    give("stride", f"stride_{length}", LEAST_WINDOW // 2, length, usual_stride)
    stride = shift.slider(
        "Stride: a new window every … tokens",
        LEAST_WINDOW // 2,
        length,
        usual_stride,
        step=STEP // 2,
        key=f"stride_{length}",
        help="Half of the window is usual: what one window cuts in two, the next has whole.",
    )
    return WindowChoice(scores_windows, length, stride, titled)
