"""What an import would bring, counted before it begins."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.corpora.preview import left_out_table
from pages.search.job_shown import job_shown
from state import url_state
from state.corpora import imports as corpus_import
from state.corpora.imports import Checked, ImportRequest

PATIENCE = 1.0  # seconds in which a small source is counted before the page is drawn
SHOWN = 5


def contents(request: ImportRequest) -> None:
    """Documents, queries, judgments and how many of these match; bad rows with their reasons."""
    job = corpus_import.checking(request)
    job.wait(PATIENCE)
    if job.running:
        job_shown(job)
    elif job.error is not None:
        reason = corpus_import.without_folder(url_state.error_message(job.error))
        notice(f"It would be refused: {reason}")
    elif job.value is not None:
        _counted(job.value, keep_good=request.keep_good)


def _counted(checked: Checked, *, keep_good: bool) -> None:
    st.markdown(f"**Found:** {plain(checked.sentence)}")
    notes = [*checked.notes, *checked.warnings[:SHOWN]]
    n_more = len(checked.warnings) - SHOWN
    if n_more > 0:
        notes.append(f"and {n_more:,} more warnings")
    if notes:
        st.caption("  \n".join(plain(note) for note in notes))
    if checked.left_out:
        bad = counted(checked.left_out_total, "bad row", "bad rows")
        does = "left out" if keep_good else "the import will be refused, unless good rows are kept"
        st.markdown(f"**{plain(bad)}:** {plain(does)}.")
        left_out_table(
            [(row.file, row.line, row.reason) for row in checked.left_out[:SHOWN]],
            total=checked.left_out_total,
            key="bad_rows",
            title="Bad rows",
            caption="Rows that refuse the import, or are left out of it",
        )
