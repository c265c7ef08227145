"""Progress of something that takes more than a moment, until it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import streamlit as st

from components.common.messages import plain

PATIENCE = 0.15
EVERY = 0.1


class Step(Protocol):
    """What is being done, and how far it is."""

    @property
    def what(self) -> str: ...

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...

    @property
    def seconds(self) -> float: ...

    @property
    def fraction(self) -> float | None: ...

    @property
    def rate(self) -> float: ...

    @property
    def seconds_left(self) -> float | None: ...


def show_until_done(
    wait: Callable[[float], bool],
    step: Callable[[], Step],
    cancel: Callable[[], None] | None = None,
    *,
    key: str = "cancel_preparing",
) -> None:
    """Return when `wait(seconds)` is true; show nothing when that is within 0.15 s.

    The place is always taken, so that what follows keeps its own: else the next run would
    draw it a second time, one below the other, until it ends. `cancel` is what a button
    beside the progress, with this key, does; once pressed, it says that it was heard.
    """
    place = st.empty()
    if wait(PATIENCE):
        return
    with place.container():
        far, stop = st.columns([5, 1], vertical_alignment="bottom") if cancel else (st, None)
        bar = far.empty()
        stopping = bool(st.session_state.get(_pressed(key)))
        if stop is not None:
            stop.button(
                "Cancelling …" if stopping else "Cancel",
                key=key,
                on_click=_cancel,
                args=(key, cancel),
                disabled=stopping,
                help="It stops after the step that it is in." if stopping else None,
                width="stretch",
            )
    while not wait(EVERY):
        now = step()
        text = f"Stopping … {sentence(now)}" if stopping else sentence(now)
        if now.fraction is None:
            bar.info(plain(text), icon="⏳")
        else:
            bar.progress(min(1.0, now.fraction), text=plain(text))
    st.session_state.pop(_pressed(key), None)
    place.empty()


def _pressed(key: str) -> str:
    return f"_{key}_pressed"


def _cancel(key: str, cancel: Callable[[], None]) -> None:
    """Call the work off, and remember that it was, for it may take a while to end."""
    st.session_state[_pressed(key)] = True
    cancel()


def sentence(step: Step) -> str:
    """What is being done, how far, how fast: "Embedding …: 40 of 472 (4 s, 10 a second, …)"."""
    what = step.what[:1].upper() + step.what[1:]
    far = f": {step.done:,} of {step.total:,}" if step.total else " …"
    told = [f"{step.seconds:.0f} s"]
    if step.rate and step.seconds_left is not None:
        told.append(f"{step.rate:,.0f} a second")
        if step.done < step.total:
            told.append(f"about {rough(step.seconds_left)} left")
    return f"{what}{far} ({', '.join(told)})"


def rough(seconds: float) -> str:
    """A time to come, no finer than it can be known: "8 s", "3 min", "1 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
