"""The form of what holds for all corpora: from which size on Milvus serves, and where it is."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class BackendFormValues:
    """What stands in the form, and which of its buttons was pressed just now."""

    milvus_from: int
    address: str
    token: str
    kept: bool
    tested: bool


def backend_form(
    milvus_from: int,
    address: str,
    *,
    most_from: int,
    token_variable: str,
    overridden: Container[str],
) -> BackendFormValues:
    """Draw the form; `overridden` are the variables of the environment that go before it."""
    with st.form("engine_settings", border=False):
        size = st.number_input(
            "Milvus serves from this many documents on",
            1,
            most_from,
            milvus_from,
            step=10_000,
            key=f"milvus_from_{milvus_from}",
            disabled="CROSSEXAM_MILVUS_FROM" in overridden,
            help=_fixed_by("CROSSEXAM_MILVUS_FROM", overridden),
        )
        where = st.text_input(
            "Address of a Milvus cluster",
            address,
            key=f"milvus_address_{address}",
            placeholder="http://milvus.example:19530; empty: files on this machine",
            disabled="CROSSEXAM_MILVUS_URI" in overridden,
            help=_fixed_by("CROSSEXAM_MILVUS_URI", overridden),
        )
        token = st.text_input(
            "Token",
            type="password",
            key="milvus_token",
            placeholder=f"or set {token_variable} in the environment",
            help="USER:PASSWORD or an API key. Kept in memory until the app ends: not stored, "
            "not logged, not in a link.",
            autocomplete="off",
        )
        st.caption(
            "With a cluster, the documents’ texts and vectors are sent there when a corpus is "
            "put into it."
        )
        keep, check = st.columns(2)
        kept = keep.form_submit_button("Keep", type="primary", key="keep_engine", width="stretch")
        tested = check.form_submit_button("Test the connection", key="test_milvus", width="stretch")
    return BackendFormValues(int(size), where, token, kept, tested)


def _fixed_by(variable: str, overridden: Container[str]) -> str | None:
    """Why a field cannot be changed here, None where it can."""
    return f"Fixed by the environment variable {variable}." if variable in overridden else None
