"""How an import reads judgments: contradictions between them, and words in place of grades."""

from __future__ import annotations

import streamlit as st

from engine.types.contradictory_judgments import Rule

AS_BAD_ROWS = "As other bad rows (with the good rows: none)"
RULE_NAMES: dict[Rule | None, str] = {
    None: AS_BAD_ROWS,
    "highest": "Keep the highest grade",
    "last": "Keep the last grade",
    "mean": "Keep the mean, halves up",
    "none": "Keep none of them",
}


def contradictions_rule(key: str) -> Rule | None:
    """The rule for judgments that give one pair several grades; None treats them as bad rows."""
    return st.selectbox(
        "Where one pair is judged differently twice",
        list(RULE_NAMES),
        format_func=RULE_NAMES.__getitem__,
        key=key,
        help="How many pairs it concerns is counted and shown after the import.",
    )


def grade_words(key: str) -> str:
    """What words in judgments stand for, "" where they need no explanation."""
    return st.text_input(
        "What words in judgments stand for",
        key=key,
        placeholder="exact=2, partial=1, irrelevant=0",
        help="Usual words need no entry: exact, partial, irrelevant; relevant, not relevant; yes, "
        "no; perfect to bad; substitute, complement. What was taken for what is shown.",
    )
