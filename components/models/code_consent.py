"""The warning before a model's own Python code may run, and the consent in two steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import plain
from components.common.plain_table import TableCell, TableColumn, plain_table

GROUP = 16
CODE_HEIGHT = 320  # px; a longer file scrolls


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A Python file: its size in bytes, its checksum and which kind that is.

    `text` is what it says, "" while it is not here.
    """

    path: str
    size: int
    checksum: str
    kind: str
    text: str = ""


def warning_sentence(name: str, rows: Sequence[CodeRow], source: str, revision: str) -> str:
    """What would run, from where, and what it could do."""
    size = sum(row.size for row in rows)
    files = "1 file" if len(rows) == 1 else f"{len(rows)} files"
    revision_phrase = f", revision {revision[:12]}" if revision else ""
    return (
        f"{name} brings Python code of its own: {files}, {size:,} bytes, from "
        f"{source}{revision_phrase}. It "
        "would run inside this server with all its rights: it can read and change files, use the "
        "network and anything typed here. Allow it only after reading it, or where you trust its "
        "authors."
    )


def code_consent(
    name: str,
    rows: Sequence[CodeRow],
    *,
    source: str,
    revision: str,
    lapsed: str,
    local: bool,
    on_allow: Callable[[], None],
    key: str,
) -> None:
    """Draw the warning, the files and, for a visitor at the machine, what allows them to run.

    `lapsed` is the day of an earlier consent to other files, "" without one; `local` says that
    the visitor sits at the server's own machine.
    """
    st.warning(plain(warning_sentence(name, rows, source, revision)), icon="⚠️")
    if lapsed:
        st.caption(plain(f"You allowed other files of it on {lapsed}; these are not the same."))
    code_table(rows, key=f"{key}_files")
    readable = [row for row in rows if row.text]
    if readable:
        with st.expander("Read the code"):
            for row in readable:
                st.caption(plain(row.path))
                st.code(row.text, language="python", height=CODE_HEIGHT)
    if not local:
        st.caption(
            plain(
                "Only a visitor at the server's own machine can allow it here; its owner can with "
                f"the command line's --trust-remote-code {name!r}."
            )
        )
        return
    read = st.checkbox("I have read this code, or I trust who wrote it", key=f"{key}_read")
    typed = st.text_input(
        "Type the model's name to allow it", key=f"{key}_typed", placeholder=name, max_chars=300
    )
    st.button(
        "Allow this code to run",
        key=f"{key}_allow",
        disabled=not read or typed.strip() != name,
        help=None
        if read and typed.strip() == name
        else "Say that you read the code, and type the model's name.",
        on_click=on_allow,
    )


def code_table(rows: Sequence[CodeRow], *, key: str) -> None:
    """Draw the files with their sizes and checksums."""
    columns = [TableColumn("File"), TableColumn("Bytes"), TableColumn("Checksum", words=True)]
    cells = [
        [
            TableCell(row.path),
            TableCell(f"{row.size:,}"),
            TableCell("", note=f"{row.kind} {in_groups(row.checksum)}"),
        ]
        for row in rows
    ]
    plain_table(columns, cells, caption="The Python files", key=key)


def in_groups(checksum: str) -> str:
    """A checksum in groups of 16, so that it can be read and broken into lines."""
    return " ".join(checksum[i : i + GROUP] for i in range(0, len(checksum), GROUP))
