"""The view that is being shown, as a link would open it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from state import url_state
from state.share import page_link

LONGEST_TITLE = 120
_PAGE_TITLE = "_page_title"


@dataclass(frozen=True, slots=True)
class CurrentView:
    """The address of a page, the values of its link, and a title made of page and query."""

    address: str
    link: Mapping[str, str]
    title: str


def name_page(title: str) -> None:
    """Remember the name of the page that is shown."""
    st.session_state[_PAGE_TITLE] = title


def with_values(view: CurrentView, names: Sequence[str], values: Mapping[str, str]) -> CurrentView:
    """The view in which these names have these values, and those without one are left out."""
    others = {name: text for name, text in view.link.items() if name not in names}
    return replace(view, link={**others, **values})


def current_view() -> CurrentView:
    """What is shown now; call within a page, or after it."""
    address, _ = page_link.written()
    link = page_link.values_now()
    query = link.get(url_state.QUERY, "")
    page = str(st.session_state.get(_PAGE_TITLE, ""))
    title = f"{page}: {query}" if query else page
    return CurrentView(address, link, title[:LONGEST_TITLE])
