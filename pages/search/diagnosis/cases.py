"""Diagnose, the regression guard: cases that are kept beside the corpus, and a run of all."""

from __future__ import annotations

import streamlit as st

from components.common.downloads import download
from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.search.diagnosis.case_table import case_table
from engine.search.settings import Settings
from engine.types.diagnosis.cases import Case
from state import url_state
from state.app_resources import LoadedCorpus
from state.ended_jobs import is_news
from state.permissions import Act, refusal
from state.polling import redraw_while
from state.search import diagnoses


def keep_button(loaded: LoadedCorpus, case: Case) -> None:
    """The button that keeps what was asked as a case, or the word that it is kept."""
    fingerprint = loaded.corpus.info.fingerprint
    refused = refusal(Act.JUDGE)
    if case in diagnoses.case_store(fingerprint).cases():
        st.caption("This is kept as a case.")
    elif refused:
        notice(refused)
    else:
        st.button(
            plain(f"Keep as a case: {case.wish}"),
            key="keep_case",
            icon=":material/bookmark_add:",
            on_click=diagnoses.keep_case,
            args=(fingerprint, case),
            help="A run of all cases tells whether they hold, here and with cli.py check.",
        )


def cases_section(loaded: LoadedCorpus, settings: Settings) -> None:
    """The kept cases, their run, and their file."""
    fingerprint = loaded.corpus.info.fingerprint
    cases = diagnoses.case_store(fingerprint).cases()
    st.subheader("Cases that must hold", anchor=False)
    if not cases:
        st.caption(
            "None is kept for this corpus yet. A case is “this document in the first ranks for "
            "this query”: keep one above, and a run of all says after each change whether they "
            "still hold."
        )
        return
    job = diagnoses.check_job(fingerprint)
    refused = refusal(Act.QUALITY_RUN)
    run_box, file_box, remove_box = st.columns([1.2, 1.2, 3], vertical_alignment="bottom")
    at_work = job is not None and job.running
    if refused:
        notice(refused)
    elif run_box.button(
        "Run all cases",
        key="run_cases",
        type="primary",
        disabled=at_work,
        help="They are being run." if at_work else None,
    ):
        diagnoses.check_cases(loaded, cases, settings)
        st.rerun()
    download(
        "Cases (JSON lines)",
        lambda: diagnoses.case_file(cases),
        file_name="search-cases.jsonl",
        mime="application/jsonl",
        key="cases_file",
        place=file_box,
        note="The file that “cli.py check --cases” reads.",
    )
    if not refusal(Act.DELETE):
        with remove_box.popover("Remove a case"):
            chosen = st.selectbox("Case", cases, format_func=_said, key="case_to_remove")
            st.button(
                "Remove it",
                key="remove_case",
                on_click=diagnoses.remove_case,
                args=(fingerprint, chosen),
            )
    redraw_while(lambda: job is not None and job.running, lambda: _results(loaded, cases))


def _results(loaded: LoadedCorpus, cases: tuple[Case, ...]) -> None:
    """How far the run is, its verdict, and the table."""
    job = diagnoses.check_job(loaded.corpus.info.fingerprint)
    outcome = job.value if job is not None else None
    if job is not None and job.error is not None and is_news(job):
        error(url_state.error_message(job.error))
    if job is not None and job.running:
        job_progress(job.progress, key="cancel_cases", cancel=job.cancel, cancelled=job.cancelled)
    elif outcome is not None:
        n = len(outcome.results)
        verdict = "all hold" if not outcome.failed else f"{outcome.failed:,} failed"
        ran = "" if n == outcome.total else f" of {outcome.total:,}; it was cancelled"
        said = f"{counted(n, 'case')} run{ran}: {verdict}."
        st.markdown(f"**{plain(said)}**")
    results = {result.case: result for result in outcome.results} if outcome is not None else {}
    case_table(cases, results, key="cases")


def _said(case: Case) -> str:
    return f"{case.query[:60]}: {case.doc_id} {case.wish}"
