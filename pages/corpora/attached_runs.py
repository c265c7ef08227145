"""The view of attached runs: what another system returned, kept with the corpus."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.corpora.attached_runs_table import attached_runs_table, attached_sentence
from components.search.headline import headline
from engine.types import CrossExamError
from engine.types.runs import AttachedHead
from jobs.job import Job
from jobs.visitor_jobs import Slot
from pages.corpora.attached_run_changes import change_run, undo_detach
from pages.search.job_shown import job_shown
from pages.search.loaded_corpus import opened
from pages.search.others_work import others_work
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.search import attached_runs as runs

FIRST_GLANCE = 0.3
ABOUT = (
    "What your own search engine returned, beside the rankings of this app: a column in Compare, a "
    "first stage whose candidates are reranked, a pipeline in Quality, a link in Diagnose’s chain."
)
FORMATS = (
    "A TREC run, JSON, or CSV with columns such as query, doc, rank and score; packed by gzip if "
    "you like. A query is matched by its id or its text in this corpus, else by what is typed. "
    "Where a table gives ranks they are the order; a TREC run is ordered by its scores, as by "
    "trec_eval."
)


def show_attached_runs() -> None:
    """Draw the runs of the chosen corpus, the form for another, and what can be done with one."""
    loaded = opened(url_state.current(), of_query=False)
    job = runs.attaching(loaded)
    heads = runs.heads(loaded)
    corpus = loaded.corpus.info.name
    headline(
        f"{counted(len(heads), 'attached run')} of {corpus}"
        if heads
        else f"No run of another system is attached to {corpus} yet"
    )
    st.markdown(plain(ABOUT))
    if heads:
        attached_runs_table(heads, key="attached_runs")
    undo_detach(loaded)
    new = runs.attached_just_now(loaded)
    if new is not None:
        _attached(loaded, new)
    form_box, change_box = st.columns([1.6, 1], gap="large")
    with form_box:
        _form(loaded, at_work=job is not None and job.running)
        others_work(Slot.ATTACHING)
        if job is not None:
            _attaching(job)
    with change_box:
        if heads:
            change_run(loaded, [head.name for head in heads])


def _form(loaded: LoadedCorpus, *, at_work: bool) -> None:
    st.markdown("### Attach a run")
    st.caption(plain(FORMATS))
    if refused := refusal(Act.IMPORT_UPLOAD):
        notice(refused)
        return
    file = st.file_uploader("Run file", key=runs.FILE, max_upload_size=runs.MOST_MEGABYTES)
    name = st.text_input(
        "Name", key="run_name", max_chars=80, placeholder="as the file is called, if left empty"
    )
    disabled = at_work or file is None
    kept_from = "Another run is being attached." if at_work else "Choose a file first."
    if st.button(
        "Attach",
        key="attach_run",
        type="primary",
        disabled=disabled,
        help=plain(kept_from) if disabled else None,
    ):
        if file is None:
            return
        try:
            runs.start_attaching(loaded, file.getvalue(), file.name, name).wait(FIRST_GLANCE)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()


def _attaching(job: Job[AttachedHead]) -> None:
    """How far a run is that is being attached, or why it is not attached."""
    if job.running or job.value is not None:
        job_shown(job, key="cancel_attach")
    elif job.error is not None:
        error(f"{job.error}.")  # it begins with the file's name, which keeps its letters
    else:
        notice("Cancelled: no run was attached.")


def _attached(loaded: LoadedCorpus, head: AttachedHead) -> None:
    """What came of the file, and the way to Compare."""
    notice(attached_sentence(head))
    for note in head.notes:
        st.caption(plain(note))
    if st.button("See it in Compare", key="run_in_compare"):
        query = runs.query_to_show(loaded, head.name, url_state.current().query)
        url_state.set_next(**{url_state.QUERY: query})
        url_state.leave_for("pages/search/compare.py")
