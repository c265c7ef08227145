"""What judging by hand and by proposals share: the judge's name, the list, the next list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import error, plain
from components.quality.judge_card import JudgeItem, quality_judge
from engine.types import CrossExamError
from state import url_state
from state.quality.judging import Action, JudgingSession, another_session


def your_name(place: DeltaGenerator) -> str:
    """The judge's name, the same for both lists; white space in it is one blank."""
    name = place.text_input(
        "Your name",
        key="quality_judge_name",
        persist_state="session",
        max_chars=60,
        placeholder="kept with each judgment",
    )
    return " ".join(name.split())


def judge_by_keys(
    cards: Sequence[JudgeItem],
    session: JudgingSession,
    judge: str,
    keep: Callable[[list[Action]], bool],
    *,
    key: str,
) -> None:
    """Draw the list and keep what its keys said; `keep` tells whether anything was new."""
    answers = quality_judge(
        cards,
        token=session.token,
        said=session.grades,
        applied=session.applied,
        enabled=bool(judge),
        key=key,
    )
    if not answers or not judge:
        return
    try:
        is_new = keep([(answer.number, answer.item, answer.grade) for answer in answers])
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        if is_new:
            st.rerun()


def another_list(session: JudgingSession, beyond: str, *, key: str, place: str = "") -> None:
    """How many are left, and the button for another list; `beyond` names what more wait behind."""
    n_left = len(session.items) - len(session.grades)
    text_box, button_box = st.columns([4, 1.2], vertical_alignment="center")
    more_phrase = f"; {session.more:,} more wait beyond {beyond}" if session.more else ""
    text_box.caption(plain(f"{n_left} left in this list{more_phrase}. Each key is saved at once."))
    if button_box.button("Another list", key=key, width="stretch"):
        another_session(place)
        st.rerun()
