"""Which lesson is open: the address says it, so that a link opens the same."""

from __future__ import annotations

import streamlit as st

LESSON, STEP, LANGUAGE = "lesson", "step", "lang"
LONGEST = 80


def opened() -> str:
    """The name of the lesson that the address says, "" for the list."""
    return str(st.query_params.get(LESSON, ""))[:LONGEST]


def language() -> str:
    """The language that the address says, else English."""
    return str(st.query_params.get(LANGUAGE, "en"))[:LONGEST]


def step() -> int | None:
    """The step that the address says, from 1; None where it says none."""
    text = str(st.query_params.get(STEP, ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None


def open_lesson(name: str, *, in_language: str = "en") -> None:
    """Have the page show this lesson from where the browser left it; "" shows the list."""
    _write({LESSON: name, LANGUAGE: in_language if in_language != "en" else "", STEP: ""})


def change_language(to: str) -> None:
    """Have the page show the same step in another language."""
    _write({LANGUAGE: to if to != "en" else ""})


def _write(values: dict[str, str]) -> None:
    link = {**st.query_params.to_dict(), **values}
    st.query_params.from_dict({name: value for name, value in link.items() if value})
