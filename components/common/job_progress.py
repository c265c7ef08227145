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
) -> None:
    """Draw how far the work is; with `cancel`, beside a button that does this.

    What is `resumable` is stopped rather than cancelled.
    """
    bar = _bar(key, cancel, cancelled=cancelled, resumable=resumable)
    _draw(bar, step, cancelled=cancelled)


def cancel_button(
    column: DeltaGenerator,
    *,
    key: str,
    on_click: Callable[..., Any],
    cancelled: bool,
    resumable: bool = False,
    args: tuple[Any, ...] = (),
) -> None:
    """Draw "Cancel" ("Stop"); once `cancelled`, "Cancelling …", greyed, and when it stops."""
    column.button(
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
    """Return when the job ended, its `job_progress` drawn anew meanwhile; none within 0.15 s.

    For a page that can draw nothing without what the job gives, and so has no part to draw
    anew by itself: ended early and run again, it would take down what the last run drew, and
    the visitor's place and marks with it. The button that cancels has this key; with none there
    is no button. The room is always taken, so that what follows keeps its own.
    """
    progress_box = st.empty()
    if job.wait(0.0 if job.cancelled else PATIENCE):
        return
    with progress_box.container():
        bar = _bar(key or "", job.cancel if key else None, cancelled=job.cancelled)
    _draw(bar, job.progress, cancelled=job.cancelled)
    while not job.wait(EVERY):
        _draw(bar, job.progress, cancelled=job.cancelled)
    progress_box.empty()


def _bar(
    key: str, cancel: Callable[..., Any] | None, *, cancelled: bool, resumable: bool = False
) -> DeltaGenerator:
    """Room for the bar; with `cancel`, beside the button."""
    if cancel is None:
        return st.empty()
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    cancel_button(right, key=key, on_click=cancel, cancelled=cancelled, resumable=resumable)
    return left.empty()


def _draw(bar: DeltaGenerator, step: Step, *, cancelled: bool) -> None:
    """Draw the bar, empty while the work has no total yet; "Stopping …" at once."""
    progress_text = "Stopping …" if cancelled else sentence(step)
    bar.progress(step.fraction or 0.0, text=plain(progress_text))


def others_progress(title: str, step: Step) -> None:
    """Draw a line that another visitor's work goes on: how far it is, and none of its texts."""
    count_text = f"{step.done:,} of {step.total:,}" if step.total else ""
    time_left = f"about {rough(step.seconds_left)} left" if step.seconds_left is not None else ""
    remainder = ", ".join(part for part in (count_text, time_left) if part)
    sentence = f"{title[:1].upper()}{title[1:]} of another visitor is at work"
    st.caption(plain(f"{sentence} ({remainder})." if remainder else f"{sentence}."))


def sentence(step: Step) -> str:
    """What is being done, how far, how fast: "Embedding …: 40 of 472 (4 s, 10 a second, …)"."""
    step_name = step.step[:1].upper() + step.step[1:]
    count_text = f": {step.done:,} of {step.total:,} {step.unit}".rstrip() if step.total else " …"
    times = [f"{step.seconds:.0f} s"]
    if step.rate and step.seconds_left is not None:
        slow = step.rate < 1
        times.append(f"{1 / step.rate:.0f} s each" if slow else f"{step.rate:,.0f} a second")
        if step.done < step.total:
            times.append(f"about {rough(step.seconds_left)} left")
    return f"{step_name}{count_text} ({', '.join(times)})"


def rough(seconds: float) -> str:
    """A time to come, rounded as coarsely as it is uncertain: "8 s", "3 min", "1 h 20 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
