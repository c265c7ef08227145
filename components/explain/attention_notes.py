"""How the pictures of attention are to be read."""

from __future__ import annotations

import streamlit as st


def attention_notes() -> None:
    """Draw what self-attention is, what the figures sum to, and what they do not show."""
    st.subheader("How to read this", anchor=False)
    st.markdown(
        "- In a cross-encoder such as BERT there is no separate cross-attention: this is the "
        "query × document block of its *self*-attention, and the two directions differ.\n"
        "- A row of the block does not sum to 100%: the rest of its attention stays within the "
        "own text or goes to the special tokens, as said above.\n"
        "- Attention shows where heads look; it is **not the cause of a score**.\n"
        "- Word-pieces are merged into words: attention *to* a word is the sum over its pieces, "
        "attention *from* a word the mean.\n"
        "- Layers and heads are counted from 1."
    )
