"""The choices that a link can name, kept by this session while no widget holds them.

Streamlit forgets a widget's value where a run draws it not, and a value that was given to a
widget where a page draws it for the first time. So what a page's link names is kept here, and
given to its widgets anew in each run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from engine.types.share.link_names import LinkName

_KEPT, _GIVEN = "_kept_choices", "_given_choices"
_USUAL, _WIDGETS = "_usual_choices", "_widgets_of_choices"


def kept() -> dict[str, Any]:
    """What is kept, by its key in the session."""
    choices: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    return choices


def take(key: str, value: Any) -> None:
    """Give a widget that is yet to be drawn its value, and keep it."""
    kept()[key] = st.session_state[key] = value
    _given().add(key)


def absorb(names: Iterable[LinkName]) -> None:
    """Keep what the widgets hold; what a page chose by itself is no choice."""
    for name in names:
        widget = _by_key(_WIDGETS).get(name.session_key, name.session_key)
        waits = widget != name.session_key and name.session_key in _given()
        if widget in st.session_state and not name.chosen_by_page and not waits:
            value = st.session_state[widget]
            kept()[name.session_key] = value
            if widget != name.session_key:
                st.session_state[name.session_key] = value


def give(names: Iterable[LinkName]) -> None:
    """Give the widgets what is kept; call before they are drawn.

    Given None, a widget would stand empty: where that is the usual, it is left to show its own.
    """
    for name in names:
        if name.session_key in kept():
            value = kept()[name.session_key]
            if value is None and usual(name) is None:
                st.session_state.pop(name.session_key, None)
            else:
                st.session_state[name.session_key] = value


def stand_in(key: str, widget: str, usual: Any) -> None:
    """Take a choice from the widget of this key, and for the usual one until it is chosen anew."""
    _by_key(_WIDGETS)[key] = widget
    _by_key(_USUAL)[key] = usual


def usual(name: LinkName) -> Any:
    """What stands there until something is chosen, which no link needs to name."""
    return _by_key(_USUAL).get(name.session_key, name.default)


def was_given(key: str) -> bool:
    """Whether this key was given a value, or lost it to a link, since this was asked last."""
    if key not in _given():
        return False
    _given().remove(key)
    return True


def drop(key: str) -> None:
    """Take a value away because a link has none."""
    forget(key)
    _given().add(key)


def forget(key: str) -> None:
    """Drop a value that cannot be used, before its widget is drawn."""
    st.session_state.pop(key, None)
    kept().pop(key, None)


def _by_key(name: str) -> dict[str, Any]:
    values: dict[str, Any] = st.session_state.setdefault(name, {})
    return values


def _given() -> set[str]:
    keys: set[str] = st.session_state.setdefault(_GIVEN, set())
    return keys
