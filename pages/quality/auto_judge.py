"""Quality, judging by a machine: grades that a cross-encoder proposes, and how far to trust it."""

from __future__ import annotations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.wording import counted, grade_words
from components.quality.judge_card import JudgeItem
from engine.quality.pipelines import short_model
from jobs.job import Job
from pages.quality.auto_judge_trust import agreement, kept
from pages.quality.context import Lab, documents_of, title_of
from pages.quality.judge_list import (
    another_list,
    judge_by_keys,
    where_words,
    your_name,
)
from state import url_state as choices
from state.polling import redraw_while
from state.quality import auto_judge as quality_machine
from state.quality.auto_judge import PLACE, TEACHER, TOP_KEY, JudgeOutcome
from state.quality.judging import (
    JudgingSession,
    another_session,
    machine_store,
    session,
)

FIRST_GLANCE = 0.3
MOST_TOP = 100
SHOWN_RANKS = 2


def proposing(lab: Lab) -> None:
    """Run the judge, look through its proposals, and hold it against people."""
    teacher, top = _run_judge(lab)
    store = machine_store(lab.ready.corpus.info.fingerprint)
    opinions = store.opinions(teacher)
    if store.damaged:
        notice(f"{store.damaged} damaged lines of an earlier version's file are passed over.")
    if opinions:
        made = quality_machine.made_by(lab.ready, lab.run, teacher)
        rejected = sum(bool(opinion.rejected_by) for opinion in opinions)
        st.markdown(
            plain(
                f"{len(made):,} grades by {short_model(teacher)} stand where nobody judged; "
                f"rejected: {rejected:,}. Grade by score: "
                f"{quality_machine.bounds_words(opinions)}. They count nowhere unless you turn "
                "that on under Results, and never among people's judgments."
            )
        )
        _look_through(lab, teacher, top)
        agreement(lab, teacher)
    kept(lab, teacher)


def _run_judge(lab: Lab) -> tuple[str, int]:
    """The judge's name and how deep it reads; its button and its progress."""
    ready = lab.ready
    names = quality_machine.teacher_names()
    job = quality_machine.job_of(ready.corpus.info.fingerprint)
    if job is not None:
        job.wait(FIRST_GLANCE)
    at_work = job is not None and job.running
    model, depth, button, words = st.columns([2, 1, 1.4, 3.4], vertical_alignment="bottom")
    teacher = str(
        model.selectbox(
            "Judge", names, format_func=short_model, key=TEACHER, persist_state="session"
        )
    )
    top = int(
        depth.number_input(
            "Top of each list", 1, MOST_TOP, 10, key=TOP_KEY, persist_state="session"
        )
    )
    pool, judged = quality_machine.to_read(ready, lab.run, top)
    if button.button(
        "Propose grades",
        key="propose_grades",
        type="primary",
        disabled=at_work or pool == 0,
        help="The judge is at work."
        if at_work
        else ("Everything in these lists is judged already." if pool == 0 else None),
        width="stretch",
    ):
        quality_machine.start(ready, lab.run, teacher, top)
        another_session(PLACE)
        st.rerun()
    words.caption(
        plain(
            f"{counted(pool, 'pair stands', 'pairs stand')} in the top {top} of this run's "
            f"pipelines: {pool - judged:,} that nobody judged get a proposal; {judged:,} that "
            "people judged choose the bounds and measure the judge. Scores of the run are not "
            "asked for anew."
        )
    )
    if job is not None:
        _outcome(job)
    return teacher, top


def _outcome(job: Job[JudgeOutcome]) -> None:
    """The progress of the judge, or why it ended early."""
    if job.running:
        redraw_while(
            lambda: job.running,
            lambda: job_progress(
                job.progress, key="cancel_judge", cancel=job.cancel, cancelled=job.cancelled
            ),
        )
    elif job.error is not None:
        error(choices.check(job.error))
    elif job.cancelled and (job.value is None or not job.value.kept):
        notice("Cancelled before the judge had read what people judged; nothing is kept.")
    elif job.value is not None and job.value.unread:
        notice(
            f"Cancelled: the grades of the queries that were finished are kept, "
            f"{job.value.unread:,} pairs were not read. Propose again to resume; what was scored "
            "is not scored again."
        )


def _look_through(lab: Lab, teacher: str, top: int) -> None:
    """The proposals, one after another, under the keyboard."""
    name_box, words = st.columns([1.4, 4.6], vertical_alignment="bottom")
    person = your_name(name_box)
    words.caption(
        "Nearest to a bound first: there a person's word is worth most. What you accept or change "
        "becomes your judgment, with a note that you saw the machine's grade first; such "
        "judgments are left out where the machine is measured."
    )
    person = " ".join(person.split())
    key = (lab.run.run_id, teacher, top)
    now = session(key, quality_machine.machine_items(lab.ready, lab.run, teacher, top), PLACE)
    if not now.items:
        notice("No proposal is left to look at in these lists.")
        return
    if not person:
        notice("Type your name first: what you accept is kept as your judgment.")
    judge_by_keys(
        _items(lab, now, teacher),
        now,
        person,
        lambda said: quality_machine.apply_to_proposals(lab.ready, now, person, teacher, said),
        key="quality_machine_judge",
    )
    another_list(now, "these", key="another_proposals", place=PLACE)


def _items(lab: Lab, now: JudgingSession, teacher: str) -> list[JudgeItem]:
    documents = documents_of(lab, [item.doc_id for item in now.items])
    store = machine_store(lab.ready.corpus.info.fingerprint)
    made = {(o.query_id, o.doc_id): o for o in store.opinions(teacher)}
    queries, found = lab.queries, []
    for item in now.items:
        document, query = documents.get(item.doc_id), queries[item.query_id]
        opinion = made.get((item.query_id, item.doc_id))
        proposal = ""
        if opinion is not None:
            score = f"{opinion.score:.2f}".replace("-", "\N{MINUS SIGN}")
            proposal = (
                f"{short_model(teacher)} proposes {opinion.grade}, {grade_words(opinion.grade)} "
                f"(score {score}); made by a machine"
            )
        found.append(
            JudgeItem(
                query=query.text,
                note=query.note,
                title=title_of(documents, item.doc_id),
                text=document.text if document else "",
                where=where_words(item, len(lab.names), "lists", SHOWN_RANKS),
                proposed=opinion.grade if opinion else None,
                proposal=proposal,
            )
        )
    return found
