"""The pages of the app by their addresses, and what a link of each can name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.share.link_names import LinkNames
from state.share import kept_choices, page_link

_PAGES, _NAMES = "_app_pages", "_names_of_pages"


def offer(pages: Mapping[str, StreamlitPage], names: LinkNames) -> None:
    """Remember the pages and the names of their links; call in each run, before any page."""
    st.session_state[_PAGES] = dict(pages)
    st.session_state[_NAMES] = names


def link_names() -> LinkNames:
    """What a link of each page can name, by the page's address."""
    names: LinkNames = st.session_state.get(_NAMES, {})
    return names


def written_by_browser(address: str) -> tuple[str, ...]:
    """The names of the page's link that its view writes into the address by itself."""
    return tuple(name.name for name in link_names()[address] if name.written_by_browser)


def page_titles() -> dict[str, str]:
    """What each page is called, by its address."""
    return {address: page.title for address, page in _pages().items()}


def open_page(address: str, link: Mapping[str, str]) -> None:
    """Leave this page for the one at the address, in the view that the link says.

    Raises CrossExamError, and stays, where a value cannot be here.
    """
    values: dict[str, Any] = {}
    for name in link_names()[address]:
        text = link.get(name.name)
        if name.kept_in_address:
            continue
        if text is None:
            kept_choices.drop(name.session_key)
            if name.default is not None:
                values[name.session_key] = name.default
            continue
        try:
            values[name.session_key] = name.read(text)
        except ValueError:
            raise CrossExamError(
                f"the view has {name.name}={shown(text)}, which cannot be here: {name.allowed}"
            ) from None
    page_link.set_next(values)
    if not address:  # with a search in its link the start would lead on to Compare
        st.switch_page(_pages()[address])
    page_link.leave_for(_pages()[address])


def _pages() -> dict[str, StreamlitPage]:
    pages: dict[str, StreamlitPage] = st.session_state.get(_PAGES, {})
    return pages
