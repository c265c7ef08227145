"""Quality, judging by a model: grades that a cross-encoder proposes, and how far to trust it."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from engine.quality.pipelines import short_model
from jobs.job import Job
from jobs.visitor_jobs import Slot
from pages.quality.context import QualityContext
from pages.quality.judging.auto_judge_list import look_through
from pages.quality.judging.auto_judge_trust import agreement, kept
from pages.search.job_shown import job_shown
from pages.search.others_work import others_work
from state import url_state
from state.ended_jobs import is_news
from state.permissions import Act, refusal
from state.quality import auto_judge
from state.quality.auto_judge import PLACE, TEACHER, TOP_KEY, JudgeOutcome
from state.quality.judging import another_session, auto_judgment_store

FIRST_GLANCE = 0.3
MOST_TOP = 100


def proposing(context: QualityContext) -> None:
    """Run the judge, look through its proposals, and hold it against people."""
    judge_model, top = _run_judge(context)
    store = auto_judgment_store(context.loaded.corpus.info.fingerprint)
    judgments = store.judgments(judge_model)
    if store.damaged:
        notice(f"{store.damaged} damaged lines of an earlier version's file are passed over.")
    if judgments:
        proposals = auto_judge.proposals_of(context.loaded, context.run, judge_model)
        rejected = sum(bool(judgment.rejected_by) for judgment in judgments)
        st.markdown(
            plain(
                f"{len(proposals):,} grades by {short_model(judge_model)} stand where nobody "
                f"judged; rejected: {rejected:,}. Grade by score: "
                f"{auto_judge.thresholds_words(judgments)}. They count nowhere unless you turn "
                "that on under Results, and never among people's judgments."
            )
        )
        look_through(context, judge_model, top)
        agreement(context, judge_model)
    kept(context, judge_model)


def _run_judge(context: QualityContext) -> tuple[str, int]:
    """The judge's name and how deep it reads; its button and its progress."""
    loaded = context.loaded
    names = auto_judge.judge_names()
    job = auto_judge.job_of(loaded.corpus.info.fingerprint)
    if job is not None:
        job.wait(FIRST_GLANCE)
    at_work = job is not None and job.running
    model_box, depth_box, button_box, text_box = st.columns(
        [2, 1, 1.4, 3.4], vertical_alignment="bottom"
    )
    judge_model = str(
        model_box.selectbox(
            "Judge", names, format_func=short_model, key=TEACHER, persist_state="session"
        )
    )
    top = int(
        depth_box.number_input(
            "Top of each list", 1, MOST_TOP, 10, key=TOP_KEY, persist_state="session"
        )
    )
    n_pairs, n_judged = auto_judge.to_read(loaded, context.run, top)
    refused = refusal(Act.AUTO_JUDGE)
    if refused:
        notice(refused)
    elif button_box.button(
        "Propose grades",
        key="propose_grades",
        type="primary",
        disabled=at_work or n_pairs == 0,
        help="The judge is at work."
        if at_work
        else ("Everything in these lists is judged already." if n_pairs == 0 else None),
        width="stretch",
    ):
        auto_judge.start(loaded, context.run, judge_model, top)
        another_session(PLACE)
        st.rerun()
    text_box.caption(
        plain(
            f"{counted(n_pairs, 'pair stands', 'pairs stand')} in the top {top} of this run's "
            f"pipelines: {n_pairs - n_judged:,} that nobody judged get a proposal; {n_judged:,} "
            "that people judged choose the bounds and measure the judge. Scores of the run are not "
            "asked for anew."
        )
    )
    others_work(Slot.AUTO_JUDGE)
    if job is not None:
        _outcome(job)
    return judge_model, top


def _outcome(job: Job[JudgeOutcome]) -> None:
    """The progress of the judge, or why it ended early."""
    if job.running:
        job_shown(job, key="cancel_judge")
    elif not is_news(job):
        return
    elif job.error is not None:
        error(url_state.error_message(job.error))
    elif job.cancelled and (job.value is None or not job.value.kept):
        notice("Cancelled before the judge had read what people judged; nothing is kept.")
    elif job.value is not None and job.value.unread:
        notice(
            f"Cancelled: the grades of the queries that were finished are kept, "
            f"{job.value.unread:,} pairs were not read. Propose again to resume; what was scored "
            "is not scored again."
        )
