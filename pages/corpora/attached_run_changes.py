"""The view of attached runs: renaming one, detaching one, and the way back."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from engine.types import CrossExamError
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.search import attached_runs as runs


def change_run(loaded: LoadedCorpus, names: list[str]) -> None:
    """Draw the boxes to give one of the runs another name, or to take it off the corpus."""
    st.markdown("### Rename or detach")
    if refused := refusal(Act.DELETE):
        notice(refused)
        return
    name = st.selectbox("Run", names, key="run_to_change")
    new_name = st.text_input("New name", key="run_new_name", max_chars=80)
    rename_box, detach_box = st.columns(2)
    renames = rename_box.button(
        "Rename",
        key="rename_run",
        disabled=not new_name.strip(),
        help=None if new_name.strip() else "Type a new name first.",
        width="stretch",
    )
    detaches = detach_box.button("Detach", key="detach_run", width="stretch")
    try:
        if renames:
            runs.rename(loaded, name, new_name)
        if detaches:
            runs.detach(loaded, name)
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    if renames or detaches:
        st.rerun()


def undo_detach(loaded: LoadedCorpus) -> None:
    """Say what was detached, with the way back."""
    name = runs.detached(loaded)
    if not name:
        return
    text_box, undo_box = st.columns([4, 1.4], vertical_alignment="center")
    text_box.markdown(plain(f"{name} is detached; it can be attached again for a week."))
    if undo_box.button("Attach it again", key="restore_run", width="stretch"):
        try:
            runs.attach_again(loaded)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()
