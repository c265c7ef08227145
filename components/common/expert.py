"""What only an expert sets, one click away: named where it waits, open where a link sets it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.common.messages import plain


def expert_settings(contents: str, *, key: str, opened: bool = False) -> DeltaGenerator:
    """A folded place for controls, of which `contents` name what they set.

    It is unfolded at first where one of them is `opened`: set by a link or from afar.
    """
    if opened:
        st.session_state.setdefault(key, True)
    return st.expander(plain(f"Expert settings: {contents}"), key=key, on_change="rerun")


def view_choice(
    label: str,
    usual: Sequence[str],
    expert: Sequence[str],
    *,
    switch_names: str,
    key: str,
    format_func: Callable[[str], str] = str,
) -> str:
    """The view that is chosen; those for experts are offered once the switch beside them is on.

    `switch_names` name them on the switch, which is on where a link chose one of them.
    """
    switch_key = f"{key}_expert"
    if st.session_state.get(key) in expert:
        st.session_state[switch_key] = True
    with st.container(horizontal=True, vertical_alignment="center"):
        choice_row = st.container(width="content")
        st.toggle(
            plain(f"Expert: {switch_names}"),
            key=switch_key,
            persist_state="session",
            on_change=_back_from,
            args=(key, tuple(expert), usual[0]),
        )
    offered = [*usual, *(expert if st.session_state.get(switch_key) else ())]
    with choice_row:
        chosen = st.segmented_control(
            plain(label),
            offered,
            format_func=lambda name: plain(format_func(name)),
            required=True,
            key=key,
            persist_state="session",
            label_visibility="collapsed",
        )
    return str(chosen)


def _back_from(key: str, expert: tuple[str, ...], usual: str) -> None:
    """Leave a view that is offered no more."""
    if st.session_state.get(key) in expert:
        st.session_state[key] = usual
