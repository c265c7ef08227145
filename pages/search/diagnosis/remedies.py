"""Diagnose, the remedies: tried for this query as they come, measured on the others when asked."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress, rough
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.search.diagnosis.remedies_table import remedies_table
from engine.search.diagnosis.remedies.sentence import best, remedy_sentence
from engine.types.diagnosis.cases import Case, Expected
from jobs.job import Job
from pages.search.diagnosis.more_encoders import more_encoders_offered
from state import url_state
from state.app_resources import LoadedCorpus
from state.permissions import Act, refusal
from state.polling import redraw_while
from state.search import remedies
from state.search.remedies import TriedRemedies
from state.search.search_jobs import Search

FIELDS = ("acronym", "expansion", "new_title")


def remedies_section(loaded: LoadedCorpus, search: Search, case: Case, expected: Expected) -> None:
    """The section: fields for an acronym and a title, the table, and the price of the rest."""
    st.subheader("Remedies, tried", anchor=False)
    short_box, long_box, title_box = st.columns([1, 2, 2])
    acronym = short_box.text_input("An acronym of the query", key="acronym", placeholder="AI")
    expansion = long_box.text_input(
        "Written out", key="expansion", placeholder="artificial insemination"
    )
    title = title_box.text_input(
        "Another title for the document", key="new_title", placeholder=expected.document.title
    )
    job = remedies.tried_remedies(
        loaded,
        search,
        case,
        expected,
        acronym=(acronym or "").strip(),
        expansion=(expansion or "").strip(),
        title=(title or "").strip(),
    )
    measuring = remedies.others_job(loaded, case)

    def at_work() -> bool:
        return job.running or (measuring is not None and measuring.running)

    if not redraw_while(at_work, lambda: _results(job, measuring, case)):
        _price(loaded, job, measuring, case)
        more_encoders_offered(loaded)


def remedy_so_far(loaded: LoadedCorpus, search: Search, case: Case, expected: Expected) -> str:
    """The sentence of the remedy to name first, "" while the remedies are tried, or none helps."""
    acronym, expansion, title = (str(url_state.widget_value(name) or "").strip() for name in FIELDS)
    job = remedies.begun(
        loaded, search, case, expected, acronym=acronym, expansion=expansion, title=title
    )
    if job is None or job.running:
        return ""
    so_far = known(job, remedies.others_job(loaded, case))
    results = list(so_far.results) if so_far is not None else []
    first = best(results, top=case.top, wanted=case.wanted)
    return remedy_sentence(first) if first is not None else ""


def known(job: Job[TriedRemedies], measuring: Job[TriedRemedies] | None) -> TriedRemedies | None:
    """What was tried, with what the measuring of the same remedies added."""
    so_far = job.value
    if so_far is None or measuring is None or measuring.value is None:
        return so_far
    names = [result.name for result in so_far.results]
    same = [result.name for result in measuring.value.results] == names
    return measuring.value if same else so_far


def _results(job: Job[TriedRemedies], measuring: Job[TriedRemedies] | None, case: Case) -> None:
    """The sentence and the table so far, and how far the work is."""
    for each in (job, measuring):
        if each is not None and each.error is not None:
            error(url_state.error_message(each.error))
    so_far = known(job, measuring)
    if so_far is not None and so_far.results:
        results = list(so_far.results)
        first = best(results, top=case.top, wanted=case.wanted)
        if first is not None and any(
            each is not None and each.running for each in (job, measuring)
        ):
            st.markdown(f"#### {plain(remedy_sentence(first))}")  # it stands at the top in the end
        elif first is None and not job.running:
            st.markdown(f"#### {plain('None of these moves the document as it was wished.')}")
        remedies_table(results, top=case.top, wanted=case.wanted, key="remedies")
        st.caption(
            "Each is a pipeline that was run for this query. The other queries are the judged ones "
            "of this corpus without this one; a remedy that was chosen for this query says so."
        )
    for number, each in enumerate((job, measuring)):
        if each is not None and each.running:
            job_progress(
                each.progress,
                key=f"cancel_remedies_{number}",
                cancel=each.cancel,
                cancelled=each.cancelled,
            )


def _price(
    loaded: LoadedCorpus,
    job: Job[TriedRemedies],
    measuring: Job[TriedRemedies] | None,
    case: Case,
) -> None:
    """What the other queries take, and the button that has them measured."""
    so_far = known(job, measuring)
    if so_far is None or not so_far.counted:
        return
    unmeasured = [r for r in so_far.unmeasured(wanted=case.wanted) if r.pairs_missing]
    if not so_far.others:
        st.caption("This corpus has no other judged query to measure them on.")
        return
    if not unmeasured:
        return
    if refused := refusal(Act.QUALITY_RUN):
        notice(refused)
        return
    pairs = sum(result.pairs_missing or 0 for result in unmeasured)
    price = (
        f"At most {counted(pairs, 'pair')}, about {rough(pairs * so_far.pair_seconds)}: pairs that "
        "several of them share are scored once. They are kept as a run of Quality."
    )
    left, right = st.columns([1.3, 3], vertical_alignment="center")
    if left.button(
        plain(f"Measure on {counted(len(so_far.others), 'other query', 'other queries')}"),
        key="measure_others",
    ):
        remedies.measure_others(loaded, so_far, case, [result.name for result in unmeasured])
        st.rerun()
    right.caption(plain(price))
