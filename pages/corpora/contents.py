"""What an import would bring, counted before it begins."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.preparing import sentence
from components.common.wording import counted
from components.corpora.preview import left_out_table
from state import url_state as choices
from state.corpora import imports as corpus_import
from state.corpora.imports import Checked, SteppedTask, Wish

PATIENCE = 1.0  # seconds in which a small source is counted before the page is drawn
REDRAW_SECONDS = 0.5
SHOWN = 5


def contents(wish: Wish) -> None:
    """Documents, queries, judgments and how many of these match; bad rows with their reasons."""
    task = corpus_import.checking(wish)
    task.wait(PATIENCE)
    if task.running:
        _counting(task)
    elif task.error is not None:
        notice(f"It would be refused: {corpus_import.without_folder(choices.check(task.error))}")
    elif task.result is not None:
        _counted(task.result, keep_good=wish.keep_good)


@st.fragment(run_every=REDRAW_SECONDS)
def _counting(task: SteppedTask[Checked]) -> None:
    if not task.running:
        st.rerun()
    status = task.status
    st.progress(min(1.0, status.fraction or 0.0), text=plain(f"Counting: {sentence(status)}"))


def _counted(found: Checked, *, keep_good: bool) -> None:
    st.markdown(f"**Found:** {plain(found.sentence)}")
    said = [*found.notes, *found.warnings[:SHOWN]]
    more = len(found.warnings) - SHOWN
    if more > 0:
        said.append(f"and {more:,} more warnings")
    if said:
        st.caption("  \n".join(plain(note) for note in said))
    if found.left_out:
        bad = counted(found.left_out_total, "bad row", "bad rows")
        does = "left out" if keep_good else "the import will be refused, unless good rows are kept"
        st.markdown(f"**{plain(bad)}:** {plain(does)}.")
        left_out_table(
            [(row.file, row.line, row.reason) for row in found.left_out[:SHOWN]],
            total=found.left_out_total,
            key="bad_rows",
            title="Bad rows",
            caption="Rows that refuse the import, or are left out of it",
        )
