"""The part of Models about Python code that chosen models bring: warned of, allowed, taken back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components.common.messages import plain
from components.models.code_consent import CodeRow, code_consent, code_table
from state.models import code_consent as code_desk
from state.models.code_consent import Need


def code_part() -> None:
    """Draw a box for each chosen model that needs code of its own; nothing for the others."""
    for need in code_desk.needs():
        with st.container(border=True):
            if not need.files:
                st.markdown(
                    plain(
                        f"{need.name} names Python code of its own, and none of it is here: look "
                        "it up under “From the hub” below, where its code is listed."
                    )
                )
            elif code_desk.allowed(need):
                st.markdown(
                    plain(f"{need.name} runs Python code of its own, as you allowed it to.")
                )
                with st.expander("Its files"):
                    code_table(rows_of(need), key=f"{code_desk.key_of(need)}_allowed")
                st.button(
                    "Undo",
                    key=f"{code_desk.key_of(need)}_back",
                    on_click=code_desk.take_back,
                    disabled=not code_desk.may_allow(),
                    help=None
                    if code_desk.may_allow()
                    else "Only on the machine that the server runs on.",
                    args=(need.name,),
                )
            else:
                ask_for(need)


def ask_for(need: Need) -> None:
    """The warning and the two steps of a consent."""
    code_consent(
        need.name,
        rows_of(need),
        source=need.source,
        revision=need.revision,
        lapsed=code_desk.lapsed(need),
        local=code_desk.may_allow(),
        on_allow=partial(code_desk.let_run, need),
        key=code_desk.key_of(need),
    )


def rows_of(need: Need) -> list[CodeRow]:
    """The files as rows; the hub tells git's checksum, a file that is here its SHA-256 too."""
    return [
        CodeRow(
            f.path,
            f.size,
            f.sha256 or f.git,
            "SHA-256" if f.sha256 else "git SHA-1",
            code_desk.text_of(need, f) if f.sha256 else "",
        )
        for f in need.files
    ]
