"""One cause: its evidence, the rank once it is undone, and the way to the page that shows it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.common.messages import plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types.diagnosis.causes import Cause


def cause_card(
    number: int,
    cause: Cause,
    *,
    before: int | None,
    key: str,
    more: Callable[[], None] | None = None,
) -> bool:
    """Draw the cause, with `more` below its evidence; whether its link was clicked just now."""
    with st.container(border=True, key=key):
        text_box, rank_box = st.columns([4, 1.3], vertical_alignment="top")
        with text_box:
            st.markdown(f"#### {plain(f'{number}. {cause.kind.label}')}")
            st.markdown(plain(f"{cause.sentence}."))
        with rank_box:
            st.markdown(f"**{plain(undone_text(before, cause.after))}**")
            st.caption(plain(cause.undoing or "Nothing that could be undone and measured."))
        if cause.evidence:
            plain_table(
                [TableColumn("Evidence"), TableColumn("What was seen", words=True)],
                [[TableCell(each.label), TableCell(each.value)] for each in cause.evidence],
                caption=f"Evidence: {cause.kind.label}",
                key=f"{key}_evidence",
            )
        if more is not None:
            more()
        return st.button(
            plain(f"See it on {cause.kind.page_label}"),
            key=f"{key}_open",
            type="tertiary",
            icon=":material/arrow_forward:",
        )


def undone_text(before: int | None, after: int | None) -> str:
    """ "Rank 64 → 3"; "not listed → rank 3" for one that no list held, "not measured" without."""
    if after is None:
        return "Not measured"
    start = "Not listed" if before is None else f"Rank {before:,}"
    return f"{start} → {after:,}"
