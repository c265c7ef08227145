"""Training, second part: the training at work, for every visitor, and how the last one ended."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.wording import humanised
from components.training.training_chart import training_chart
from engine.types import BI_ENCODER, CROSS_ENCODER
from state import url_state as choices
from state.polling import redraw_while
from state.training import trainings
from state.training.trainings import Training

REDRAW_SECONDS = 1.0
LOSSES = {"distilled": "MarginMSE (cosine²)", "fine-tuned": "Cross-entropy"}


def running(training: Training, *, dark: bool) -> None:
    """The progress with its charts, and a way to stop."""
    st.markdown(
        plain(
            f"{training.name} is being trained on {training.corpus}, for all who use this server."
        )
    )
    redraw_while(
        lambda: training.job.running, lambda: _live(training, dark=dark), every=REDRAW_SECONDS
    )


def _live(training: Training, *, dark: bool) -> None:
    now, job = training.progress, training.job
    text = ""
    if job.cancelled:
        text = "Stopping after this step …"
    elif now.seconds_left is not None:
        text = (
            f"Step {now.done:,} of {now.total:,}, {humanised(now.seconds_a_step or 0)} a step, "
            f"about {humanised(max(1.0, now.seconds_left))} of steps left"
        )
    job_progress(
        job.progress,
        key="teach_stop",
        cancel=job.cancel,
        cancelled=job.cancelled,
        resumable=True,
        text=text,
    )
    if now.note:
        st.warning(plain(now.note), icon="⚠️")
    if now.losses or now.dev:
        steps = now.total if now.seconds_left is not None else 0
        measure = trainings.measure_of(training.name)
        _charts(training.name, now.losses, now.dev, steps, measure, dark)


def ended(training: Training) -> None:
    """How the last training ended, where it did not make a model; the model is listed below."""
    job = training.job
    if job.error is not None:
        error(choices.check(job.error))
    elif job.value is not None:
        notice(f"{job.value.name} is in the catalogue: {job.value.sentence}.")
    elif job.cancelled:
        notice(f"{training.name} was stopped; what was done is kept. Resume it below.")


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
