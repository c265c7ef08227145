"""The smallest edit that swaps two documents, as far as it was searched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import streamlit as st

from components.common.messages import notice, plain
from components.explain.what_if.wording import no_swap_words, swap_words
from engine.types import Word


class Swap(Protocol):
    """The words whose loss swaps the documents, and how far was searched; see the engine's."""

    @property
    def dropped(self) -> tuple[Word, ...]: ...

    @property
    def score(self) -> float | None: ...

    @property
    def rival(self) -> float: ...

    @property
    def passes(self) -> int: ...

    @property
    def budget(self) -> int: ...

    @property
    def exhaustive(self) -> bool: ...

    @property
    def tried(self) -> tuple[int, ...]: ...


def swap_intro(titles: Sequence[str]) -> None:
    """Say what is searched for, of the titles of #1 and #2."""
    st.markdown(
        plain(
            f"Which words hold “{titles[0]}” above “{titles[1]}”? This drops up to 3 words of #1's "
            "document (never of the query): every word alone, then pairs and triples of the 12 "
            "most harmful ones, until #1 scores below #2 or the budget is spent."
        )
    )


def swap_result(
    swap: Swap, titles: Sequence[str], *, first_score: float, cancelled: bool, key: str
) -> bool:
    """Draw what was searched out; True when the visitor just asked to see it in the editor."""
    text = swap_words(
        [word.text for word in swap.dropped],
        title=titles[0],
        before=first_score,
        score=swap.score,
        rival=swap.rival,
        rival_title=titles[1],
        exhaustive=swap.exhaustive,
        passes=swap.passes,
        budget=swap.budget,
    )
    if not text:
        notice(
            no_swap_words(
                swap.tried,
                exhaustive=swap.exhaustive,
                passes=swap.passes,
                budget=swap.budget,
                cancelled=cancelled,
            )
        )
        return False
    st.success(plain(text))
    return st.button("Show it in the editor", key=key)
