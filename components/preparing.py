"""Progress of something that takes more than a moment, until it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import streamlit as st

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


def show_until_done(wait: Callable[[float], bool], step: Callable[[], Step]) -> None:
    """Return when `wait(seconds)` is true; show nothing when that is within 0.15 s.

    The place is always taken, so that what follows keeps its own: else the next run would
    draw it a second time, one below the other, until it ends.
    """
    place = st.empty()
    if wait(PATIENCE):
        return
    while not wait(EVERY):
        now = step()
        text = sentence(now)
        if now.fraction is None:
            place.info(text, icon="⏳")
        else:
            place.progress(min(1.0, now.fraction), text=text)
    place.empty()


def sentence(step: Step) -> str:
    """What is being done, how far, and how long it has taken: "Embedding …: 40 of 472"."""
    what = step.what[:1].upper() + step.what[1:]
    far = f": {step.done:,} of {step.total:,}" if step.total else " …"
    return f"{what}{far} ({step.seconds:.0f} s)"
