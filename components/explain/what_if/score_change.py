"""The scores of a pair under both models, before and after an edit."""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from components.common.messages import plain
from components.explain.what_if.wording import bi_rank_words
from engine.types.wording.numbers import decimal, moved_by


class PairScores(Protocol):
    """A pair's scores; its rank is None below the end of the bi-encoder's list of `bi_of`."""

    @property
    def logit(self) -> float: ...

    @property
    def cosine(self) -> float: ...

    @property
    def bi_rank(self) -> int | None: ...

    @property
    def bi_of(self) -> int: ...


def score_change(before: PairScores, after: PairScores, *, changed: bool) -> None:
    """Draw both scores; where the pair was `changed`, with how far they moved."""
    logit, cosine = st.columns(2)
    logit.metric(
        "Cross-encoder logit",
        decimal(after.logit),
        delta=moved_by(after.logit - before.logit) if changed else None,
        delta_color="off",
        help=f"Raw output of the model; {decimal(before.logit)} before the edit. No probability.",
    )
    cosine.metric(
        "Bi-encoder cosine",
        decimal(after.cosine, 3),
        delta=moved_by(after.cosine - before.cosine, 3) if changed else None,
        delta_color="off",
        help=f"Inner product of the two unit vectors; {decimal(before.cosine, 3)} before the edit.",
    )
    if changed:
        st.caption(plain(bi_rank_words(before.bi_rank, after.bi_rank, after.bi_of)))
