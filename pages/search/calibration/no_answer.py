"""Compare, where a measured floor says that there is probably no answer."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from engine.quality.calibration.no_answer import no_answer
from engine.quality.calibration.sentences import no_answer_sentence
from engine.types import SearchTrace
from pages.quality.link_names import CALIBRATION
from state import url_state
from state.app_resources import LoadedCorpus
from state.quality.calibration import floor_of_search


def has_floor(loaded: LoadedCorpus) -> bool:
    """Whether a search of this corpus can come to have no answer, so that it keeps a line free."""
    return floor_of_search(loaded) is not None


def no_answer_words(loaded: LoadedCorpus, trace: SearchTrace) -> str:
    """The sentence that there is probably no answer, "" where nothing measured says so."""
    finding = no_answer(trace, floor_of_search(loaded))
    return "" if finding is None else no_answer_sentence(finding)


def to_calibration() -> None:
    """Draw the way to what the floor rests on."""
    if not stage.is_on() and st.button(
        "What does this floor rest on?", key="open_calibration", type="tertiary"
    ):
        url_state.set_next(quality_part=CALIBRATION)
        url_state.leave_for("pages/quality/quality.py")
