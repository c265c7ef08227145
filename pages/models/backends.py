"""What runs the models: the engines measured on this machine, and measuring them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.cancel_button import cancel_button
from components.common.messages import error, notice, plain
from components.common.preparing import sentence
from components.models.models_table import engines_table, unmeasured_sentence
from engine.types import EngineChoice, ModelCard
from jobs.task import Task
from state.models.catalogue import engine_race
from state.permissions import Act, refusal

REDRAW_SECONDS = 0.3


def engine_parts(cards: Sequence[ModelCard]) -> None:
    """Draw what each engine gave, and a button that measures them anew."""
    st.header("What runs them", anchor=False)
    st.markdown(
        "The same weights can be run by several engines. Of those measured on this machine, the "
        "fastest whose scores stay within 0.05 logits (cosines: 0.005) of fp32 torch runs a model "
        "from the next start on. Explanations always use fp32 torch."
    )
    for card in cards:
        if card.engine is not None and card.engine.figures:
            st.markdown(f"**{plain(card.name)}**: {plain(card.engine.reason)}")
            engines_table(card, card.engine, key=f"engines {card.name}")
    if told := unmeasured_sentence(cards):
        st.caption(plain(told))
    race = engine_race()
    task = race.task
    if task is not None and task.running:
        measuring(task)
        return
    if task is not None and task.error is not None:
        error(str(task.error))
    elif task is not None and task.cancelled:
        notice("Cancelled. What was measured before stays.")
    if refused := refusal(Act.SERVER_SETTINGS):
        notice(refused)
        return
    if st.button("Measure the engines (about a minute)", key="measure_engines"):
        race.start()
        st.rerun()


@st.fragment(run_every=REDRAW_SECONDS)
def measuring(task: Task[tuple[EngineChoice, ...]]) -> None:
    """How far the measurement is, and a way out."""
    if not task.running:
        st.rerun()
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    status = task.status
    text = "Stopping …" if task.cancelled else sentence(status)
    bar.progress(status.fraction or 0.0, text=plain(text))
    cancel_button(stop, key="cancel_engines", on_click=task.cancel, cancelled=task.cancelled)
