"""The catalogue of models for the pages."""

from __future__ import annotations

import streamlit as st

from search.types import ModelCard
from state.bench import workbench


@st.cache_resource(show_spinner=False)
def model_cards() -> tuple[ModelCard, ...]:
    """Every model with where it comes from and whether it is here."""
    return workbench().models(checksums=True)
