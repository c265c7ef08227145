"""Training, first part: what to train, by what, for how long."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.training.examples_form import MOST_STEPS, examples_form
from components.training.wording import KINDS, METHODS, split_sentence, time_sentence
from engine.quality.pipelines import short_model
from engine.types import CrossExamError
from pages.training.link_names import PARENT, STEPS, TEACHER
from state import url_state
from state.app_resources import LoadedCorpus
from state.training import trainings


def training_form(loaded: LoadedCorpus) -> None:
    """Draw the form, and begin the training when its button is pressed."""
    info = loaded.corpus.info
    kind = st.segmented_control(
        "What is trained",
        list(KINDS),
        default="distilled",
        required=True,
        format_func=KINDS.__getitem__,
        key="teach_kind",
        persist_state="session",
    )
    st.caption(plain(METHODS[kind]))
    dataset_check = trainings.check_dataset(loaded.corpus, kind)
    if dataset_check.problem:
        notice(f"{info.name}: {dataset_check.problem}.")
        return
    for warning in dataset_check.warnings:
        st.warning(plain(warning), icon="⚠️")
    distil = kind == "distilled"
    names_box, examples_box = st.columns(2, gap="large")
    with names_box:
        parents, parent_key = trainings.parents(kind), f"teach_parent_{kind}"
        url_state.give_choice(PARENT, parent_key, parents, parents[0])
        parent = st.selectbox(
            "Student" if distil else "Cross-encoder to start from",
            parents,
            format_func=short_model,
            key=parent_key,
        )
        teacher = ""
        if distil:
            teachers = trainings.teachers()
            url_state.give_choice(TEACHER, TEACHER.session_key, teachers, teachers[0])
            teacher = st.selectbox(
                "Teacher", teachers, format_func=short_model, key=TEACHER.session_key
            )
        name = st.text_input(
            "Name",
            trainings.suggested_name(kind, info.name, parent),
            key=f"teach_name_{kind}_{info.fingerprint}_{len(trainings.trained())}",
            help="Letters, digits, points, hyphens and underscores; it becomes "
            f"“{plain(kind)}/…” in the catalogue.",
        )
    with examples_box:
        url_state.give_number(STEPS, f"teach_steps_{kind}", 1, MOST_STEPS, 100)
        examples = examples_form(kind)
    step_seconds = trainings.seconds_a_step(kind)
    seconds = None if step_seconds is None else step_seconds * examples.steps
    steps_words = f"{counted(examples.steps, 'step')} of 8 examples each. "
    st.caption(plain(split_sentence(dataset_check) + steps_words + time_sentence(seconds)))
    if st.button("Start", key="teach_start", type="primary"):
        try:
            trainings.start(
                kind,
                name,
                info.name,
                parent,
                teacher=teacher,
                questions=examples.questions,
                synthetic=examples.synthetic,
                unjudged=examples.unjudged,
                steps=examples.steps,
            )
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()
