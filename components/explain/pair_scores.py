"""The scores of one pair, and how to read them."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted
from engine.types import AttentionMap, AttentionView
from engine.types.wording.numbers import decimal


def pair_scores(
    title: str, attention: AttentionMap, cosine: float, *, explains: str = "Cross-encoder logit"
) -> None:
    """Draw a document's title with its logit, its cosine and what was cut."""
    st.markdown(f"## {plain(title)}")
    logit, similarity, tokens = st.columns(3)
    logit.metric(
        plain(explains),
        decimal(attention.score),
        help="Raw output of the model in fp32. The higher the better; it has no fixed scale.",
    )
    similarity.metric(
        "Bi-encoder cosine",
        decimal(cosine, 3),
        help="Inner product of the two unit vectors, each computed without seeing the other text.",
    )
    n_read = len(attention.doc_tokens)
    n_cut = attention.pair.n_truncated_doc
    tokens.metric(
        "Tokens read",
        f"{n_read:,} of {n_read + n_cut:,}" if n_cut else f"{n_read:,}",
        help="Word-pieces of the document that fit beside the query into the model's limit.",
    )
    if attention.pair.n_truncated_query:
        st.caption(
            f"The query was cut: its last {counted(attention.pair.n_truncated_query, 'token')} "
            "were not "
            "read."
        )


def known_scores(title: str, logit: float, backend: str, cosine: float) -> None:
    """Draw a document's title with the scores that it is known by before its attention is read."""
    st.markdown(f"## {plain(title)}")
    ranked, similarity = st.columns([1, 2])
    ranked.metric(plain(f"Logit ({backend})"), decimal(logit), help="What ranked it; fp32 follows.")
    similarity.metric("Bi-encoder cosine", decimal(cosine, 3))


def mass_sentence(view: AttentionView) -> str:
    """How much of the attention crosses, and how much goes to special tokens."""
    return (
        f"Of what query words give, {view.query_crossing:.0%} goes to the document and "
        f"{view.query_to_special:.0%} to {view.special_names}; of what document words give, "
        f"{view.doc_crossing:.0%} goes to the query and {view.doc_to_special:.0%} to "
        f"{view.special_names}. The rest stays within the own text."
    )


def logit_sentence(first: float, second: float) -> str:
    """How to read two logits: only their order and gap mean something."""
    high, low = max(first, second), min(first, second)
    if decimal(high) == decimal(low):
        return f"Both score {decimal(high)}: the model does not tell them apart."
    ending = " Both are negative, and one still ranks first." if high < 0 else ""
    return (
        f"{decimal(high)} ranks above {decimal(low)}, by {decimal(high - low)}; a logit is not a "
        f"probability, only order and distance mean something.{ending}"
    )
