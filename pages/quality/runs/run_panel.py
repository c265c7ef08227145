"""Quality, first part: choose pipelines and run them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.quality.run_wording import cost_words
from engine.quality.pipelines import PipelineSpec, most_pairs
from engine.types import Query
from jobs.job import Job
from jobs.visitor_jobs import Slot
from pages.quality.runs.pipeline_form import chosen_pipelines
from pages.search.job_shown import job_shown
from pages.search.others_work import others_work
from state import url_state
from state.app_resources import LoadedCorpus
from state.ended_jobs import is_news
from state.permissions import Act, refusal
from state.quality import runs as quality
from state.quality.price import pair_price
from state.quality.runs import RunOutcome

FIRST_GLANCE = 0.3
FEW = 20
INCOMPLETE = "Choose at least one first stage and one depth."


def run_panel(loaded: LoadedCorpus, judged_query_ids: frozenset[str], *, first_time: bool) -> None:
    """What to run, the button, and the progress of a run."""
    job = quality.job_of(loaded.corpus.info.fingerprint)
    if job is not None:
        job.wait(FIRST_GLANCE)
    others_work(Slot.QUALITY_RUN)
    at_work = job is not None and job.running
    with st.expander("Run pipelines", expanded=first_time or at_work):
        specs = chosen_pipelines()
        number_box, button_box, text_box = st.columns([1.2, 1.2, 3.2], vertical_alignment="bottom")
        with number_box:
            queries = _chosen_queries(loaded, judged_query_ids)
        if refused := refusal(Act.QUALITY_RUN):
            notice(refused)
        elif button_box.button(
            "Run",
            key="run_quality",
            type="primary",
            disabled=at_work or not specs,
            help="A run is at work." if at_work else (None if specs else INCOMPLETE),
            width="stretch",
        ):
            quality.start(loaded, queries, specs)
            st.rerun()
        text_box.caption(plain(_cost(loaded, specs, len(queries))))
        if job is not None:
            _outcome(job)


def _chosen_queries(loaded: LoadedCorpus, judged_query_ids: frozenset[str]) -> list[Query]:
    """All judged queries, or as many of them as the visitor chose."""
    all_queries = quality.chosen_queries(loaded.corpus.queries, judged_query_ids, None)
    if len(all_queries) <= FEW:
        st.metric("Queries", f"{len(all_queries):,}")
        return all_queries
    count = st.number_input(
        f"Queries (of {len(all_queries):,})",
        1,
        len(all_queries),
        len(all_queries),
        step=10,
        key=f"quality_queries_{loaded.corpus.info.fingerprint}",
        help="Fewer are a random sample, always the same one.",
    )
    return quality.chosen_queries(loaded.corpus.queries, judged_query_ids, int(count))


def _cost(loaded: LoadedCorpus, specs: Sequence[PipelineSpec], queries: int) -> str:
    """What a run would take, in words."""
    if not specs:
        return INCOMPLETE
    return cost_words(
        pipelines=len(specs),
        queries=queries,
        pairs=queries * most_pairs(specs),
        price=pair_price(loaded.corpus.info.fingerprint),
    )


def _outcome(job: Job[RunOutcome]) -> None:
    """The progress of a run, or why it ended without one."""
    if not job.running and not is_news(job):
        return
    outcome = job.value
    finished = ""
    if outcome is not None:
        done, total = outcome.saved.head["queries"], outcome.saved.head["asked"]
        finished = f"the {done} of {counted(total, 'query', 'queries')} that were finished are kept"
    if outcome is not None and outcome.problem is not None:
        error(
            f"{url_state.error_message(outcome.problem)} {finished[0].upper()}{finished[1:]}: "
            "run again to resume."
        )
    if job.running:
        job_shown(job, key="cancel_quality")
    elif job.error is not None:
        error(url_state.error_message(job.error))
    elif job.cancelled and not finished:
        notice("Cancelled before a query was finished; nothing is kept.")
    elif job.cancelled:
        notice(f"Cancelled: {finished}. Run again to resume; what was scored is not scored again.")
