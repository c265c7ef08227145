"""Late interaction on pairs, remembered for those that were looked at last."""

from __future__ import annotations

import streamlit as st

from engine.types import TokenMatches
from engine.types.ranker_names import parsed
from engine.types.registries.rankers import MAXSIM
from state.app_resources import workbench
from state.search import additional_rankers as rerankers

REMEMBERED = 48


def offered() -> list[str]:
    """The models to look through: the packaged one ("") and the checkpoints that were chosen."""
    rankers = [parsed(name) for name in rerankers.chosen()]
    return ["", *(name.model for name in rankers if name.kind == MAXSIM and name.model)]


@st.cache_resource(max_entries=REMEMBERED, show_spinner=False)
def token_matches(model: str, query: str, text: str) -> TokenMatches:
    """The matrix of a pair; raises CrossExamError when one text has no token."""
    return workbench().models.late_interaction(model).matches(query, text)


def note(model: str) -> str:
    """The facts of the model that its matrix needs to be read."""
    return workbench().models.late_interaction(model).note
