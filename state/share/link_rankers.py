"""The additional rankers of a link: by their names, and never used for the link's sake alone.

What is on this machine as the app's own, or was added in this session, is chosen at once. What
sends texts away, reads a folder, downloads or runs code is only offered: the visitor agrees.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from engine.types import CrossExamError
from engine.types.ranker_names import LONGEST_NAME, MOST, check_names, parsed
from engine.types.share.link_names import LinkName, as_list, listed, text
from state.search import additional_rankers as rankers
from state.share import kept_choices

_OFFERED = "_offered_rankers"


def _read(value: str) -> list[str]:
    names = listed(text("", LONGEST_NAME).read)(value)
    try:
        check_names(names)
    except CrossExamError as problem:
        raise ValueError(value) from problem
    return names


RANKERS_OF_LINK = LinkName(
    "rankers",
    _read,
    [],
    f"the names of at most {MOST} additional rankers, with commas between them",
    key="_rankers_of_link",
    write=as_list,
    chosen_by_page=True,
)


def take_from_link() -> None:
    """Choose what the link names and may be used, and offer the rest; call before the page."""
    key = RANKERS_OF_LINK.session_key
    if kept_choices.was_given(key):
        names: list[str] = st.session_state.get(key) or []
        agreed = [name for name in names if rankers.was_added(name) or rankers.act_of(name) is None]
        rankers.choose(agreed)
        st.session_state[_OFFERED] = tuple(name for name in names if name not in agreed)
    kept_choices.forget(key)
    st.session_state[key] = [name for name in rankers.chosen() if _may_be_named(name)]


def offered() -> tuple[str, ...]:
    """What a link names and the visitor has neither agreed to nor left out."""
    names: tuple[str, ...] = st.session_state.get(_OFFERED, ())
    return names


def what_it_does(name: str) -> str:
    """What using it means, in words that follow its name."""
    ranker = parsed(name)
    if ranker.remote:
        host = urlsplit(ranker.address).hostname or ranker.kind
        return f"is sent the query and the texts of documents, at {host}"
    return "is a model that is not the app's own: it is read from a folder, or downloaded"


def agree(name: str) -> None:
    """Use an offered ranker; raises CrossExamError where that is refused."""
    leave_out(name)
    rankers.add(name)


def leave_out(name: str) -> None:
    """Offer it no more."""
    st.session_state[_OFFERED] = tuple(other for other in offered() if other != name)


def _may_be_named(name: str) -> bool:
    """Whether no secret can hide in the name: an address may hold a password or a token."""
    address = urlsplit(parsed(name).address)
    return not (address.username or address.password or address.query)
