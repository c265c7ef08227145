"""The link of the page that is shown: read when it was opened or gone back to, then written.

The link carries stable names (`first=bm25`), not the words on screen. It is read when a session
opens and when the browser went back or forward, and checked; afterwards it is written from the
widgets. Which change is an entry for Back is decided in the browser: see
`components/share/browser_history.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from engine.types.share.link_names import LinkName, LinkNames
from state.share import kept_choices

LONGEST_SHOWN = 60  # characters of a value in a warning
_NEXT = "_next_choices"
_READ = "_link_was_read"
_WRITTEN = "_written_link"  # (address, link) as it was written last
_WARNINGS = "_link_warnings"
_NAMES = "_link_names"  # those of the page that is shown


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
        for name in of_page:
            if name.name not in link and not name.kept_in_address:
                usual = kept_choices.usual(name)
                if usual is None:
                    kept_choices.drop(name.session_key)
                else:
                    kept_choices.take(name.session_key, usual)
        _read(link, {name.name: name for name in of_page})
        st.session_state[_WRITTEN] = (address, link)
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


def put_warnings_away() -> None:
    """Show the sentences no more."""
    st.session_state[_WARNINGS] = []


def update(address: str, names: LinkNames) -> None:
    """Write the choices of the page at this address into the link, but those at their default."""
    of_page = names[address]
    kept_choices.absorb(of_page)
    link = st.query_params.to_dict()
    new_link = values_of(of_page, link)
    st.session_state[_WRITTEN] = (address, new_link)
    if link != new_link:
        st.query_params.from_dict(new_link)


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
        if name.kept_in_address:
            text = link.get(name.name) or None
        elif name.only_with and st.session_state.get(name.only_with[0]) != name.only_with[1]:
            text = None
        else:
            value = st.session_state.get(name.session_key)
            text = name.text(value) if value != kept_choices.usual(name) else None
        if text is not None:
            values[name.name] = text
    return values


def _read(link: Mapping[str, str], names: Mapping[str, LinkName]) -> None:
    """Take the values of a link; remember a sentence for each that cannot be."""
    sentences = []
    for name, text in link.items():
        declared = names.get(name)
        if declared is None or declared.kept_in_address:
            continue
        try:
            value = declared.read(text)
        except ValueError:
            sentences.append(
                f"The link has {name}={text[:LONGEST_SHOWN]!r}, which cannot be: give "
                f"{declared.allowed}. The default is used instead."
            )
            continue
        kept_choices.take(declared.session_key, value)
        if sentence := declared.remark(text):
            sentences.append(sentence)
    st.session_state[_WARNINGS] = sentences


def _went_through_history() -> bool:
    """Whether this run was asked for by the browser's Back or Forward."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
