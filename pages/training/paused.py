"""Training, third part: what is paused, to be resumed or discarded."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common.messages import plain
from pages.training.attempt import attempt
from state.training import trainings


def paused_trainings() -> None:
    """Trainings that were stopped or broke off: resume, or discard."""
    paused = trainings.unfinished()
    if not paused:
        return
    st.subheader("Paused", anchor=False)
    running_job = trainings.current()
    busy = running_job is not None and running_job.running
    for config in paused:
        text_box, resume_box, delete_box = st.columns([4, 1, 1], vertical_alignment="center")
        step = trainings.step_of(config.name)
        text_box.markdown(
            plain(f"{config.name} on {config.corpus}: step {step} of {config.settings.steps}")
        )
        if resume_box.button(
            "Resume",
            key=f"resume_{config.name}",
            disabled=busy,
            help="Another training is running." if busy else None,
            width="stretch",
        ):
            attempt(partial(trainings.resume, config.name))
        with delete_box.popover("Discard …", width="stretch"):
            st.markdown("Discard this training and all it learnt so far?")
            if st.button("Discard it", key=f"discard_{config.name}", type="primary"):
                attempt(partial(trainings.discard, config.name))
