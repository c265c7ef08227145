"""Training, second part: the training at work, for every visitor, and how the last one ended."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.training.training_chart import training_chart
from components.training.wording import LOSSES
from engine.types import BI_ENCODER, CROSS_ENCODER
from jobs.job import Job
from state import url_state
from state.ended_jobs import is_news
from state.polling import redraw_while
from state.training import trainings
from state.training.trainings import TrainingState

REDRAW_SECONDS = 1.0


def running(job: Job[TrainingState], *, dark: bool) -> None:
    """The progress with its charts, and a way to stop."""
    training = job.value
    if training is not None:
        sentence = f"{training.name} is being trained on {training.corpus}"
        st.markdown(plain(f"{sentence}, for all who use this server."))
    redraw_while(lambda: job.running, lambda: _live(job, dark=dark), every=REDRAW_SECONDS)


def _live(job: Job[TrainingState], *, dark: bool) -> None:
    job_progress(
        job.progress, key="teach_stop", cancel=job.cancel, cancelled=job.cancelled, resumable=True
    )
    training = job.value
    if training is None:
        return
    curves = training.curves
    if curves.warning:
        st.warning(plain(curves.warning), icon="⚠️")
    if curves.losses or curves.dev:
        steps = job.progress.total if job.progress.unit == "steps" else 0
        measure = trainings.measure_of(training.name)
        _charts(training.name, curves.losses, curves.dev, steps, measure, dark)


def ended(job: Job[TrainingState]) -> None:
    """How the last training ended, where it did not make a model; the model is listed below."""
    training = job.value
    if job.error is not None:
        if is_news(job):
            error(url_state.error_message(job.error))
    elif training is not None and training.model is not None:
        notice(f"{training.model.name} is in the catalogue: {training.model.sentence}.")
    elif job.cancelled and is_news(job):
        notice(f"{job.key} was stopped; what was done is kept. Resume it below.")


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
