"""What the Compare page shows, for those who see it for the first time."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID

WORDS = {
    BM25: (
        "Counts shared words, rare ones more (Lucene's idf). Fast, explainable, blind to synonyms "
        "and to which sense is meant."
    ),
    BI_ENCODER: (
        "Turns query and document into a vector each, **apart**, and compares the two. Document "
        "vectors are computed beforehand, so it is fast; neither text is read with the other in "
        "view."
    ),
    HYBRID: "Fuses the two lists, by ranks (RRF) or by a weighted sum of their scores.",
    CROSS_ENCODER: (
        "Reads query and document **together**, one forward pass a pair. Slow: nothing can be "
        "computed beforehand, so it only reranks the top candidates. Often better, not always."
    ),
}


def introduction(title: str) -> None:
    """Draw the four rankers side by side below a title."""
    st.header(plain(title), anchor=False)
    for column, stage in zip(st.columns(len(WORDS)), WORDS, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**{plain(stage_label(stage))}**\n\n{WORDS[stage]}")
