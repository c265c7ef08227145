"""Training, second part: the training at work, for every visitor, and how the last one ended."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import humanised
from components.training.training_chart import training_chart
from engine.types import BI_ENCODER, CROSS_ENCODER
from state import url_state as choices
from state.training import trainings as training
from state.training.trainings import Training

REDRAW_SECONDS = 1.0
LOSSES = {"distilled": "MarginMSE (cosine²)", "fine-tuned": "Cross-entropy"}


def running(task: Training, *, dark: bool) -> None:
    """The progress with its charts, and a way to stop."""
    st.markdown(
        plain(f"{task.name} is being trained on {task.corpus}, for all who use this server.")
    )
    _live(task, dark=dark)


@st.fragment(run_every=REDRAW_SECONDS)
def _live(task: Training, *, dark: bool) -> None:
    if not task.running:
        st.rerun()
    now = task.progress
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    if task.cancelled:
        text = "Stopping after this step …"
    elif now.seconds_left is not None:
        text = (
            f"Step {now.done:,} of {now.total:,}, {humanised(now.seconds_a_step or 0)} a step, "
            f"about {humanised(max(1.0, now.seconds_left))} of steps left"
        )
    elif now.total:
        text = f"{_sentence(now.what)}: {now.done:,} of {now.total:,}"
    else:
        text = f"{_sentence(now.what)} …"
    bar.progress(now.fraction or 0.0, text=plain(text))
    stop.button(
        "Stop",
        key="teach_stop",
        on_click=task.cancel,
        width="stretch",
        disabled=task.cancelled,
        help="After the step that is being worked on; it can be resumed.",
    )
    if now.note:
        st.warning(plain(now.note), icon="⚠️")
    if now.losses or now.dev:
        steps = now.total if now.seconds_left is not None else 0
        _charts(task.name, now.losses, now.dev, steps, training.measure_of(task.name), dark)


def ended(task: Training) -> None:
    """How the last training ended, where it did not make a model; the model is listed below."""
    if task.error is not None:
        error(choices.check(task.error))
    elif task.result is not None:
        notice(f"{task.result.name} is in the catalogue: {task.result.sentence}.")
    elif task.cancelled:
        notice(f"{task.name} was stopped; what was done is kept. Resume it below.")


def _charts(
    name: str,
    losses: tuple[tuple[int, float], ...],
    dev: tuple[tuple[int, float], ...],
    steps: int,
    measure: str,
    dark: bool,
) -> None:
    kind = name.partition("/")[0]
    training_chart(
        losses,
        dev,
        steps=max(steps, losses[-1][0] if losses else 1),
        loss=LOSSES[kind],
        measure=f"{measure} (dev queries)",
        stage=BI_ENCODER if kind == "distilled" else CROSS_ENCODER,
        dark=dark,
        key="teach_live",
    )


def _sentence(what: str) -> str:
    return what[:1].upper() + what[1:]
