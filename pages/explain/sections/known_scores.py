"""What Attention shows while it reads: the scores of the pairs, known from the search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from components.explain.pair_scores import known_scores as draw
from pages.explain.pair_picker import Candidate
from state import url_state
from state.explain.attention_maps import known_scores


@contextmanager
def shown_meanwhile(query: str, candidates: Sequence[Candidate], model: str) -> Iterator[None]:
    """While this lasts, a spinner; above it what is known, where the model has to be loaded."""
    place = st.empty()
    mode = url_state.current().settings.precision
    first_scores = [
        known_scores(query, candidate.text, model, precision=mode) for candidate in candidates
    ]
    if all(first_scores):
        with place.container():
            for column, candidate, scores in zip(
                st.columns(len(candidates), gap="large"), candidates, first_scores, strict=True
            ):
                if scores is not None:
                    with column:
                        draw(candidate.title, scores.logit, scores.backend, scores.cosine)
    with st.spinner("Reading the attention of the cross-encoder (fp32) …", show_time=True):
        yield
    place.empty()
