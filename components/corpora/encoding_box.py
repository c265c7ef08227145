"""The choice of the encoding in which text files are read."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

ENCODING_NAMES = {
    "utf-8": "UTF-8 (or UTF-16 by its mark)",
    "windows-1252": "Windows-1252 (Western Europe)",
    "iso-8859-1": "ISO 8859-1 (Latin-1)",
    "utf-16-le": "UTF-16, little-endian",
    "utf-16-be": "UTF-16, big-endian",
}


def encoding_box(encodings: Sequence[str], *, key: str) -> str:
    """The encoding of text files."""
    return str(
        st.selectbox(
            "Encoding of text files",
            encodings,
            format_func=lambda name: ENCODING_NAMES.get(name, name),
            key=key,
        )
    )
