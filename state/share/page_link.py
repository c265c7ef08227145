"""The link of the page that is shown: read when it was opened or gone back to, then written.

The link carries stable names (`first=bm25`), not the words on screen. It is read when a session
opens and when the browser went back or forward, and checked; afterwards it is written from the
widgets. Which change is an entry for Back is decided in the browser: see
`components/share/browser_history.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.types.share.link_names import (
    LONGEST_ID,
    LinkName,
    LinkNames,
    as_list,
    listed,
    text,
)
from state.share import kept_choices

MOST_CHARACTERS = 4_096  # of a link's values, as they stand in the address
LONGEST_SHOWN = 60  # characters of a value in a warning
_NEXT = "_next_choices"
_READ = "_link_was_read"
_WRITTEN = "_written_link"  # (address, link) as it was written last
_WARNINGS, WARNED_AT = "_link_warnings", "_link_warned_at"
_NAMES = "_link_names"  # those of the page that is shown
_LEFT_OUT = "_left_out_of_link"
_OPENED = "_opened_view"  # (address, link) of a view that is to be shown next

LEFT_OUT = LinkName(
    "left_out",
    listed(text("", LONGEST_ID).read),
    None,
    "names of a link",
    key="_told_left_out",
    remark=lambda names: (
        f"This link is too long for all of the view and leaves out {names[:LONGEST_SHOWN]}: open "
        "the file that was saved with it, on the start page."
    ),
    chosen_by_page=True,
)


def begin(address: str, names: LinkNames) -> None:
    """Set up this run's choices for the page at this address; call before any widget is drawn.

    Takes over what the last run asked for and what the link says: when the session opens for
    every page, when the browser went back or forward for this one.
    """
    of_page = st.session_state[_NAMES] = names[address]
    kept_choices.absorb(of_page)
    link = st.query_params.to_dict()
    if _READ not in st.session_state:
        st.session_state[_READ] = True
        every_name = {name.name: name for page in names.values() for name in page}
        _read(link, every_name)
    elif _went_through_history() and st.session_state.get(_WRITTEN) != (address, link):
        _restore(of_page, link)
        st.session_state[_WRITTEN] = (address, link)
    if st.session_state.get(_OPENED, (None, {}))[0] == address:
        _restore(of_page, st.session_state.pop(_OPENED)[1])
    for key, value in st.session_state.pop(_NEXT, {}).items():
        kept_choices.take(key, value)
    kept_choices.give(of_page)


def set_next(values: Mapping[str, Any]) -> None:
    """Have widgets take these values in the next run."""
    st.session_state[_NEXT] = {**st.session_state.get(_NEXT, {}), **values}


def warnings() -> list[str]:
    """A sentence for each value of the link that could not be used."""
    sentences: list[str] = st.session_state.get(_WARNINGS, [])
    return sentences


def warn(sentence: str) -> None:
    """Say this of the link too."""
    if sentence not in warnings():
        st.session_state[_WARNINGS] = [*warnings(), sentence]


def put_warnings_away() -> None:
    """Show the sentences no more."""
    st.session_state[_WARNINGS] = []
    st.session_state.pop(WARNED_AT, None)


def update(address: str, names: LinkNames) -> None:
    """Write the choices of the page at this address into the link, but those at their default."""
    of_page = names[address]
    kept_choices.absorb(of_page)
    link = st.query_params.to_dict()
    new_link, st.session_state[_LEFT_OUT] = _fitting(values_of(of_page, link))
    st.session_state[_WRITTEN] = (address, new_link)
    if link != new_link:
        st.query_params.from_dict(new_link)


def open_next(address: str, link: Mapping[str, str]) -> None:
    """Have the page at this address show what a link would, of any length, when it runs next."""
    st.session_state[_OPENED] = (address, dict(link))


def leave_for(page: str | StreamlitPage) -> NoReturn:
    """Go to another page, and leave this one's link to the browser's entry of it.

    Streamlit would clear the address first, and Back would come to the page without its view.
    """
    st.switch_page(page, query_params=st.query_params.to_dict())


def left_out() -> tuple[str, ...]:
    """The names that the address does not have, for the link would be too long."""
    names: tuple[str, ...] = st.session_state.get(_LEFT_OUT, ())
    return names


def _fitting(values: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """(what an address has room for, the names left out, the longest first)."""
    fitting, names = dict(values), list[str]()
    while fitting and len(urlencode(fitting)) > MOST_CHARACTERS:
        longest = max(fitting, key=lambda name: len(urlencode({name: fitting[name]})))
        del fitting[longest]
        names.append(longest)
    if names:
        fitting[LEFT_OUT.name] = as_list(names)
    return fitting, tuple(names)


def written() -> tuple[str, dict[str, str]]:
    """The address of the page that is shown, and its link as it was written last."""
    address, link = st.session_state.get(_WRITTEN, ("", {}))
    return address, dict(link)


def values_now() -> dict[str, str]:
    """The link of the page that is shown, as its widgets are now."""
    return values_of(st.session_state.get(_NAMES, ()), st.query_params.to_dict())


def values_of(names: Iterable[LinkName], link: Mapping[str, str]) -> dict[str, str]:
    """What a link says of these names; `link` is the one in the address."""
    values: dict[str, str] = {}
    for name in names:
        if name is LEFT_OUT:
            said = None
        elif name.kept_in_address:
            said = link.get(name.name) or None
        elif name.only_with and st.session_state.get(name.only_with[0]) != name.only_with[1]:
            said = None
        else:
            value = st.session_state.get(name.session_key)
            said = name.text(value) if value != kept_choices.usual(name) else None
        if said is not None:
            values[name.name] = said
    return values


def _restore(names: Iterable[LinkName], link: Mapping[str, str]) -> None:
    """Take what a link says of these names, and the usual for those that it leaves out."""
    by_name = {name.name: name for name in names}
    for name in by_name.values():
        if name.name not in link and not name.kept_in_address:
            usual = kept_choices.usual(name)
            if usual is None:
                kept_choices.drop(name.session_key)
            else:
                kept_choices.take(name.session_key, usual)
    _read(link, by_name)


def _read(link: Mapping[str, str], names: Mapping[str, LinkName]) -> None:
    """Take the values of a link; remember a sentence for each that cannot be."""
    put_warnings_away()
    for name, value_text in link.items():
        declared = names.get(name)
        if declared is None or declared.kept_in_address:
            continue
        try:
            value = declared.read(value_text)
        except ValueError:
            warn(
                f"The link has {name}={value_text[:LONGEST_SHOWN]!r}, which cannot be: give "
                f"{declared.allowed}. The default is used instead."
            )
            continue
        kept_choices.take(declared.session_key, value)
        if sentence := declared.remark(value_text):
            warn(sentence)


def _went_through_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
