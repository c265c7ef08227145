"""The import that was started last: its progress, why it was refused, or what it brought."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.common.downloads import download
from components.common.messages import error, notice, plain
from components.corpora.preview import left_out_table
from engine.types import CrossExamError
from jobs.visitor_jobs import Slot
from pages.search.job_shown import job_shown
from pages.search.others_work import others_work
from state import url_state
from state.corpora import imports as corpus_import
from state.corpora import view as corpus_view
from state.corpora.imports import Imported, left_out_csv
from state.ended_jobs import is_news

SHOWN_ROWS, SHOWN_NOTES = 20, 10


def import_outcome(of: Path | None = None) -> None:
    """What the import that was started last is doing, or what came of it.

    Why it brought nothing is said while `of` stays chosen, the source it was to read.
    """
    others_work(Slot.IMPORT)
    job = corpus_import.running()
    if job is None:
        return
    if job.running:
        job_shown(job, key="cancel_import")
    elif job.value is not None:
        _imported(job.value)
    elif not is_news(job, of=of):
        return
    elif job.cancelled:
        notice("Cancelled: nothing was changed.")
    elif job.error is not None:
        import_refused(job.error)


def import_refused(problem: CrossExamError) -> None:
    """Say why a source is not imported."""
    error(corpus_import.without_folder(url_state.error_message(problem)))
    st.caption("Nothing was changed: every corpus in the library is as it was.")


def _imported(result: Imported) -> None:
    with st.container(border=True):
        st.markdown(f"**Imported.** {plain(result.sentence)}")
        if result.left_out:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.left_out[:SHOWN_ROWS]],
                total=sum(result.left_out_counts.values()),
                key="left_out",
            )
        if result.contradictions:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.contradictions[:SHOWN_ROWS]],
                total=len(result.contradictions),
                key="contradictions",
                title="Contradictory judgments",
                caption="Pairs that are judged differently twice",
            )
        notes = (*result.notes, *result.corpus.warnings[:SHOWN_NOTES])
        if notes:
            st.caption("  \n".join(plain(note) for note in notes))
        first, second, _ = st.columns([1.4, 2, 2])
        if first.button("Open it", type="primary", key="open_imported", width="stretch"):
            corpus_import.forget()
            url_state.choose_next(
                **{url_state.CORPUS: result.entry.name, corpus_view.VIEW: "This corpus"}
            )
        if result.left_out or result.contradictions:
            download(
                "Download what was left out",
                lambda: left_out_csv(result),
                file_name="left-out.csv",
                mime="text/csv",
                key="left_out_csv",
                place=second,
                icon=None,
                width="stretch",
            )
