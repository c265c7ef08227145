"""Training, first part: what to train, by what, for how long."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted, humanised
from engine.quality.pipelines import short_model
from engine.types import CrossExamError
from state import url_state as choices
from state.app_resources import LoadedCorpus
from state.training import trainings as training

KINDS = {
    "distilled": "A bi-encoder, by the cross-encoder",
    "fine-tuned": "A cross-encoder, by people's judgments",
}
QUESTIONS = {
    "both": "Given and synthetic",
    "given": "Given with the corpus",
    "generated": "Synthetic, of documents",
}
HOW = {
    "distilled": (
        "Distillation with MarginMSE (Hofstätter et al. 2020): the student learns the differences "
        "between the teacher's scores of a good document and of hard negatives, which the student "
        "and BM25 rank high. Synthetic queries are a document's title or its four weightiest "
        "words; no language model writes them."
    ),
    "fine-tuned": (
        "Fine-tuning by binary cross-entropy: a pair's label is its grade divided by the highest "
        "grade given. The corpus' own judgments and those given under Quality count alike; a "
        "machine's proposals do not."
    ),
}
MOST_STEPS = 2_000


def teach_form(ready: LoadedCorpus) -> None:
    """Draw the form, and begin the training when its button is pressed."""
    info = ready.corpus.info
    kind = st.segmented_control(
        "What is trained",
        list(KINDS),
        default="distilled",
        required=True,
        format_func=KINDS.__getitem__,
        key="teach_kind",
        persist_state="session",
    )
    st.caption(plain(HOW[kind]))
    dataset_check = training.check_dataset(ready.corpus, kind)
    if dataset_check.problem:
        notice(f"{info.name}: {dataset_check.problem}.")
        return
    for warning in dataset_check.warnings:
        st.warning(plain(warning), icon="⚠️")
    distil = kind == "distilled"
    left, right = st.columns(2, gap="large")
    with left:
        parent = st.selectbox(
            "Student" if distil else "Cross-encoder to start from",
            training.parents(kind),
            format_func=short_model,
            key=f"teach_parent_{kind}",
        )
        teacher = ""
        if distil:
            teacher = st.selectbox(
                "Teacher", training.teachers(), format_func=short_model, key="teach_teacher"
            )
        name = st.text_input(
            "Name",
            training.suggested_name(kind, info.name, parent),
            key=f"teach_name_{kind}_{info.fingerprint}_{len(training.trained())}",
            help="Letters, digits, points, hyphens and underscores; it becomes "
            f"“{plain(kind)}/…” in the catalogue.",
        )
    questions, made, unjudged = "both", 0, 0
    with right:
        if distil:
            questions = st.segmented_control(
                "Queries to learn from",
                list(QUESTIONS),
                default="both",
                required=True,
                format_func=QUESTIONS.__getitem__,
                key="teach_questions",
            )
            made = st.number_input(
                "Synthetic queries, at most",
                10,
                5_000,
                100,
                step=50,
                key="teach_made",
                disabled=questions == "given",
                help="Only the corpus' own queries are chosen." if questions == "given" else None,
            )
        else:
            unjudged = st.number_input(
                "Unjudged candidates taken as not relevant, for each query",
                0,
                20,
                0,
                key="teach_unjudged",
                help="They may be relevant after all: nobody looked. 0 learns from judgments "
                "alone.",
            )
        steps = st.number_input(
            "Steps (8 examples each)", 1, MOST_STEPS, 100, step=25, key=f"teach_steps_{kind}"
        )
    st.caption(plain(_parts(dataset_check) + _time(kind, int(steps))))
    if st.button("Start", key="teach_start", type="primary"):
        try:
            training.start(
                kind,
                name,
                info.name,
                parent,
                teacher=teacher,
                questions=questions,
                made=int(made),
                unjudged=int(unjudged),
                steps=int(steps),
            )
        except CrossExamError as problem:
            error(choices.check(problem))
        else:
            st.rerun()


def _parts(dataset_check: training.DatasetCheck) -> str:
    """How the judged queries are parted, in words."""
    if not dataset_check.test:
        return "No judged queries. "
    return (
        f"Judged queries: {dataset_check.train} to learn from "
        f"({counted(dataset_check.pairs, 'judged pair')}), {dataset_check.dev} dev queries that "
        f"choose the step to keep, {dataset_check.test} held out and looked at once, at the end. "
        "A query's part follows from its text and never changes. "
    )


def _time(kind: str, steps: int) -> str:
    """How long it may take."""
    known = training.seconds_a_step(kind)
    if known is None:
        return "The time is measured at the first steps."
    return (
        f"Estimated from the last training here: {humanised(known * steps)} for the steps, and "
        "scoring and measuring besides."
    )
