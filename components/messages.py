"""Notes to the visitor: an error with its remedy, a notice, an empty page."""

from __future__ import annotations

import re

import streamlit as st

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:])")


def plain(text: str) -> str:
    """Text with everything escaped that Streamlit's Markdown would read as markup."""
    return _MARKDOWN.sub(r"\\\1", text)


def error(text: str) -> None:
    """An error and its remedy, as one sentence."""
    st.error(plain(text), icon="⚠️")


def notice(text: str) -> None:
    """Something to know that is no error."""
    st.info(plain(text), icon="ℹ️")


def empty(title: str, text: str) -> None:
    """What to do on a page that has nothing to show yet."""
    with st.container(border=True):
        st.markdown(f"## {plain(title)}")
        st.markdown(plain(text))
