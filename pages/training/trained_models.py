"""Training, fourth part: the models that were trained here, with their effect."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common.messages import notice, plain
from components.training.trained_model import trained_model
from engine.quality.pipelines import short_model
from pages.training.attempt import attempt
from state.permissions import Act, refusal
from state.training import trainings


def trained_models(*, dark: bool) -> None:
    """Every trained model: before and after, how it was trained, how to use it, a way to delete."""
    models = trainings.trained()
    if not models:
        return
    st.subheader("Trained here", anchor=False)
    for number, model in enumerate(models):
        title = (
            f"{model.name}: {model.measure} {model.before:.3f} → {model.after:.3f} on "
            f"{model.held_out} held-out queries"
        )
        with st.expander(plain(title), expanded=number == 0):
            _card(model, number, dark=dark)


def _card(model: trainings.TrainedModel, number: int, *, dark: bool) -> None:
    """Draw a model with its effect, and the buttons to compare and to delete it."""
    trained_model(
        model,
        parent=short_model(model.parent),
        teacher=short_model(model.teacher) if model.teacher else "",
        dark=dark,
        key=f"taught_{number}",
    )
    column, drop, _ = st.columns([1.6, 1.2, 3])
    if trainings.is_in_compare(model):
        column.button(
            "In Compare",
            disabled=True,
            key=f"in_{model.name}",
            help="It is a column of Compare already.",
            width="stretch",
        )
    elif column.button("Add to Compare", key=f"compare_{model.name}", width="stretch"):
        attempt(partial(trainings.to_compare, model))
    with drop.popover("Delete …", width="stretch"):
        if refused := refusal(Act.DELETE):
            notice(refused)
            return
        st.markdown("Delete this model for good?")
        if st.button("Delete it", key=f"delete_{model.name}", type="primary"):
            attempt(partial(trainings.delete, model.name))
