"""What both ways of judging share: the judge's name, the list under the keyboard, the next list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import error, plain
from components.quality.judge_card import JudgeItem, quality_judge
from engine.types import CrossExamError
from state import url_state as choices
from state.quality.judging import Action, Item, JudgingSession, another_session


def your_name(place: DeltaGenerator) -> str:
    """The judge's name as it is typed, the same in both ways."""
    return place.text_input(
        "Your name",
        key="quality_judge_name",
        persist_state="session",
        max_chars=60,
        placeholder="kept with each judgment",
    )


def judge_by_keys(
    items: Sequence[JudgeItem],
    now: JudgingSession,
    judge: str,
    keep: Callable[[list[Action]], bool],
    *,
    key: str,
) -> None:
    """Draw the list and keep what its keys said; `keep` tells whether anything was new."""
    said = quality_judge(
        items,
        token=now.token,
        said=now.said,
        applied=now.applied,
        enabled=bool(judge),
        key=key,
    )
    if said and judge:
        try:
            news = keep([(s.number, s.item, s.grade) for s in said])
        except CrossExamError as problem:
            error(choices.check(problem))
        else:
            if news:
                st.rerun()


def another_list(now: JudgingSession, beyond: str, *, key: str, place: str = "") -> None:
    """How many are left, and the button for another list; `beyond` names what more wait behind."""
    left = len(now.items) - len(now.said)
    words, button = st.columns([4, 1.2], vertical_alignment="center")
    more = f"; {now.more:,} more wait beyond {beyond}" if now.more else ""
    words.caption(plain(f"{left} left in this list{more}. Each key is saved at once."))
    if button.button("Another list", key=key, width="stretch"):
        another_session(place)
        st.rerun()


def where_words(item: Item, lists: int, what: str, most: int) -> str:
    """On which ranks a document stands; of more than `most` of the `lists`, the best alone."""
    if len(item.ranks) > most:
        best = min(item.ranks.values())
        return f"in {len(item.ranks)} of {lists} {what}, at best on rank {best}"
    return "rank " + ", ".join(f"{rank} in {name}" for name, rank in item.ranks.items())
