"""How far work in the background is: its step, count, rate, time left, and a way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import plain

PATIENCE = 0.15
EVERY = 0.1


class Step(Protocol):
    """What is being done, and how far it is."""

    @property
    def step(self) -> str: ...

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int: ...

    @property
    def unit(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    @property
    def fraction(self) -> float | None: ...

    @property
    def rate(self) -> float: ...

    @property
    def seconds_left(self) -> float | None: ...


class Work(Protocol):
    """A job, as far as its progress goes."""

    @property
    def progress(self) -> Step: ...

    @property
    def cancelled(self) -> bool: ...

    def cancel(self) -> None: ...

    def wait(self, seconds: float | None = None) -> bool: ...


def job_progress(
    step: Step,
    *,
    key: str,
    cancel: Callable[..., Any] | None = None,
    cancelled: bool = False,
    resumable: bool = False,
    text: str = "",
) -> None:
    """Draw how far the work is; with `cancel`, beside a button that does this.

    `text` stands in place of the usual sentence. What is `resumable` is stopped rather than
    cancelled.
    """
    words = "Stopping …" if cancelled else text or sentence(step)
    if cancel is None:
        st.progress(step.fraction or 0.0, text=plain(words))
        return
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(step.fraction or 0.0, text=plain(words))
    cancel_button(stop, key=key, on_click=cancel, cancelled=cancelled, resumable=resumable)


def cancel_button(
    place: DeltaGenerator,
    *,
    key: str,
    on_click: Callable[..., Any],
    cancelled: bool,
    resumable: bool = False,
    args: tuple[Any, ...] = (),
) -> None:
    """Draw "Cancel" ("Stop"); once `cancelled`, "Cancelling …", greyed, and when it stops."""
    place.button(
        ("Stopping …" if resumable else "Cancelling …")
        if cancelled
        else ("Stop" if resumable else "Cancel"),
        key=key,
        on_click=on_click,
        args=args,
        disabled=cancelled,
        help="It stops after the step that it is in." if cancelled else None,
        width="stretch",
    )


def show_until_done(job: Work, *, key: str | None = "cancel_preparing") -> None:
    """Return when the job ended; show nothing when that is within 0.15 s.

    The place is always taken, so that what follows keeps its own: else the next run would
    draw it a second time, one below the other, until it ends. The button that cancels the job
    has this key, and once pressed says that it was heard; with no key there is none.
    """
    place = st.empty()
    if job.wait(PATIENCE):
        return
    with place.container():
        far, stop = st.columns([5, 1], vertical_alignment="bottom") if key else (st, None)
        bar = far.empty()
        if key and stop is not None:
            cancel_button(stop, key=key, on_click=job.cancel, cancelled=job.cancelled)
    while not job.wait(EVERY):
        step = job.progress
        text = f"Stopping … {sentence(step)}" if job.cancelled else sentence(step)
        if step.fraction is None:
            bar.info(plain(text), icon="⏳")
        else:
            bar.progress(step.fraction, text=plain(text))
    place.empty()


def sentence(step: Step) -> str:
    """What is being done, how far, how fast: "Embedding …: 40 of 472 (4 s, 10 a second, …)"."""
    what = step.step[:1].upper() + step.step[1:]
    far = f": {step.done:,} of {step.total:,} {step.unit}".rstrip() if step.total else " …"
    times = [f"{step.seconds:.0f} s"]
    if step.rate and step.seconds_left is not None:
        slow = step.rate < 1
        times.append(f"{1 / step.rate:.0f} s each" if slow else f"{step.rate:,.0f} a second")
        if step.done < step.total:
            times.append(f"about {rough(step.seconds_left)} left")
    return f"{what}{far} ({', '.join(times)})"


def rough(seconds: float) -> str:
    """A time to come, no finer than it can be known: "8 s", "3 min", "1 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
