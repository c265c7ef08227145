"""Training, third part: what is paused, and the models that were trained, with their effect."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, plain
from components.common.wording import counted, humanised
from components.training.training_chart import training_chart
from engine.quality.pipelines import short_model
from engine.types import BI_ENCODER, CrossExamError
from pages.training.running import LOSSES
from state import url_state as choices
from state.training import trainings as training


def left_off() -> None:
    """Trainings that were stopped or broke off: resume, or discard."""
    found = training.unfinished()
    if not found:
        return
    st.subheader("Paused", anchor=False)
    now = training.current()
    busy = now is not None and now.running
    for lesson in found:
        words, go, drop = st.columns([4, 1, 1], vertical_alignment="center")
        step = training.step_of(lesson.name)
        words.markdown(
            plain(f"{lesson.name} on {lesson.corpus}: step {step} of {lesson.settings.steps}")
        )
        if go.button(
            "Resume",
            key=f"resume_{lesson.name}",
            disabled=busy,
            help="Another training is running." if busy else None,
            width="stretch",
        ):
            _do(lambda name=lesson.name: training.resume(name))
        with drop.popover("Discard …", width="stretch"):
            st.markdown("Discard this training and all it learnt so far?")
            if st.button("Discard it", key=f"discard_{lesson.name}", type="primary"):
                _do(lambda name=lesson.name: training.discard(name))


def own_models(*, dark: bool) -> None:
    """Every trained model: before and after, how it was made, how to use it, a way to delete."""
    models = training.trained()
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


def _card(model: training.TrainedModel, number: int, *, dark: bool) -> None:
    record = model.record
    before, after, words = st.columns([1, 1, 3.4])
    before.metric("Parent", f"{model.before:.3f}", help=f"{plain(model.measure)}, held-out queries")
    after.metric(
        "Trained",
        f"{model.after:.3f}",
        f"{model.after - model.before:+.3f}",
        delta_color="off" if model.better is None else "normal",
    )
    with words:
        st.markdown(f"**{plain(_verdict(model))}**")
        st.markdown(plain(f"{model.sentence}."))
        st.caption(plain(_how(model)))
    for warning in record.get("warnings", ()):
        st.caption(plain(warning))
    if record.get("losses") and record.get("dev"):
        kind = model.name.partition("/")[0]
        training_chart(
            [(int(step), float(value)) for step, value in record["losses"]],
            [(int(step), float(value)) for step, value in record["dev"]],
            steps=int(record["settings"]["steps"]),
            loss=LOSSES[kind],
            measure=f"{model.measure} (dev queries)",
            stage=model.role,
            dark=dark,
            key=f"taught_{number}",
        )
    option = "--bi-encoder" if model.role == BI_ENCODER else "--reranker"
    st.markdown(plain(f"On the command line: {option} {model.name}."))
    column, drop, _ = st.columns([1.6, 1.2, 3])
    if training.is_in_compare(model):
        column.button(
            "In Compare",
            disabled=True,
            key=f"in_{model.name}",
            help="It is a column of Compare already.",
            width="stretch",
        )
    elif column.button("Add to Compare", key=f"compare_{model.name}", width="stretch"):
        _do(lambda: training.to_compare(model))
    with drop.popover("Delete …", width="stretch"):
        st.markdown("Delete this model for good?")
        if st.button("Delete it", key=f"delete_{model.name}", type="primary"):
            _do(lambda: training.delete(model.name))


def _verdict(model: training.TrainedModel) -> str:
    """What the measurement says, no more."""
    if model.better is True:
        return "Better than its parent on queries that it never saw."
    if model.better is False:
        return "Worse than its parent: keep the parent."
    return "Not shown to be better: the difference may be chance. Keep the parent."


def _how(model: training.TrainedModel) -> str:
    record = model.record
    queries, seconds = record["queries"], record["seconds"]
    how = f"From {short_model(model.parent)}"
    if model.teacher:
        how += f" by {short_model(model.teacher)}"
    made = f" ({queries['of_them_made']} made of documents)" if queries["of_them_made"] else ""
    trained_on = counted(int(queries["trained_on"]), "query", "queries")
    return (
        f"{how} on {model.corpus}: {trained_on}{made}, {record['examples']:,} "
        f"examples; step {record['checkpoint']} of {record['settings']['steps']} was kept, chosen "
        f"by {queries['dev']} dev queries. The steps took {humanised(seconds['steps'])}. Judged in "
        f"the first ten: {record['judged_before']:.0%} before, {record['judged_after']:.0%} after."
    )


def _do(work: object) -> None:
    """Do it and draw the page anew, or say what is in the way."""
    assert callable(work)
    try:
        work()
    except CrossExamError as problem:
        error(choices.check(problem))
    else:
        st.rerun()
