"""“Copy link”, what stands in its place for a long view, and what differs from an opened link."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import notice
from components.share.copy_link import copy_link, long_view
from engine.share.saved_view import view_json
from state import url_state
from state.share import link_rankers, link_versions, page_link

ABOUT = (link_versions.MADE_WITH, page_link.LEFT_OUT)  # what a link says of itself
_ASKED = "_long_view_asked"


def take_from_link() -> None:
    """Take what is no widget's: the rankers, and what the link was made with."""
    link_rankers.take_from_link()
    link_versions.take_from_link()


def link_notices(place: DeltaGenerator) -> None:
    """Say what of the link could not be used, and what differs here."""
    sentences = [*url_state.url_warnings(), *link_versions.differences()]
    if sentences:
        with place.container():
            for sentence in sentences:
                notice(sentence)


def link_button(place: DeltaGenerator, *, searches: bool) -> None:
    """Draw the button into `place`; call before the page, which may stop early.

    A page that `searches` nothing has a link that names no models: a blind vote tells none.
    """
    address, _ = page_link.written()
    left_out = page_link.left_out()
    with place:
        made_with = link_versions.for_link() if searches else ""
        pressed = copy_link(made_with, left_out=left_out, key="copy_link")
    if pressed:
        st.session_state[_ASKED] = address
    if st.session_state.get(_ASKED) == address and left_out:
        long_view(
            left_out,
            page_link.MOST_CHARACTERS,
            lambda: view_json(address, page_link.values_now()),
            on_dismiss=_put_away,
            key="save_view",
        )
    else:
        _put_away()


def _put_away() -> None:
    st.session_state.pop(_ASKED, None)
