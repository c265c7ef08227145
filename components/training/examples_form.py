"""What a training learns from: queries for a distillation, unjudged candidates for fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.common.expert import expert_settings

MOST_STEPS, MOST_SYNTHETIC, MOST_UNJUDGED = 2_000, 5_000, 20
QUESTIONS = {
    "both": "Given and synthetic",
    "given": "Given with the corpus",
    "generated": "Synthetic, of documents",
}


@dataclass(frozen=True, slots=True)
class ExamplesChoice:
    """Which queries, how many `synthetic` ones, `unjudged` candidates a query, and the steps."""

    questions: str
    synthetic: int
    unjudged: int
    steps: int


def examples_form(kind: str) -> ExamplesChoice:
    """Draw the choices of a kind of training, "distilled" or "fine-tuned", folded away."""
    distil = kind == "distilled"
    expert_contents = "queries to learn from, steps" if distil else "unjudged candidates, steps"
    with expert_settings(expert_contents, key=f"teach_expert_{kind}"):
        return _examples(distil=distil, kind=kind)


def _examples(kind: str, *, distil: bool) -> ExamplesChoice:
    questions, synthetic, unjudged = "both", 0, 0
    if distil:
        questions = st.segmented_control(
            "Queries to learn from",
            list(QUESTIONS),
            default="both",
            required=True,
            format_func=QUESTIONS.__getitem__,
            key="teach_questions",
        )
        synthetic = st.number_input(
            "Synthetic queries, at most",
            10,
            MOST_SYNTHETIC,
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
            MOST_UNJUDGED,
            0,
            key="teach_unjudged",
            help="They may be relevant after all: nobody looked. 0 learns from judgments alone.",
        )
    steps = st.number_input(
        "Steps (8 examples each)", 1, MOST_STEPS, 100, step=25, key=f"teach_steps_{kind}"
    )
    return ExamplesChoice(questions, int(synthetic), int(unjudged), int(steps))
