"""Quality, judging: what stands in a top 10 without a judgment, one key for each."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice
from engine.quality.candidate_scores import missing_pairs
from pages.quality.context import QualityContext
from pages.quality.judging.auto_judge import proposing
from pages.quality.judging.judge_cards import cards_by_hand
from pages.quality.judging.judge_list import another_list, judge_by_keys, your_name
from pages.quality.judging.judgments_kept import changed_figures, judgments_kept
from pages.quality.link_names import (
    BY_AUTO_JUDGE,
    BY_HAND,
    EVERYTHING,
    JUDGED_LISTS,
    NOBODY,
    NOT_ME,
)
from state import url_state
from state.permissions import Act, refusal
from state.quality import runs as quality
from state.quality.figures import runs
from state.quality.judging import (
    MOST_ITEMS,
    JudgingSession,
    apply,
    grades_by_judge,
    items_to_judge,
    judged_pairs,
    judging_session,
    judgment_log,
)


def judging(context: QualityContext) -> None:
    """Judging by hand, or looking through what a model proposes: two lists, never one."""
    judge_kind = st.segmented_control(
        "Who judges first",
        (BY_HAND, BY_AUTO_JUDGE),
        default=BY_HAND,
        required=True,
        key="quality_judge_by",
        persist_state="session",
        label_visibility="collapsed",
    )
    if judge_kind == BY_AUTO_JUDGE:
        proposing(context)
    else:
        by_hand(context)


def by_hand(context: QualityContext) -> None:
    """The judge's name, the list, the keys, and what they change."""
    if refused := refusal(Act.JUDGE):
        notice(refused)
    else:
        _list_by_hand(context)
    changed_figures(context)
    judgments_kept(context)


def _list_by_hand(context: QualityContext) -> None:
    """Who judges, which documents, and the cards under the keys."""
    log = judgment_log(context.loaded.corpus.info.fingerprint)
    name_box, which_box, lists_box = st.columns([1.4, 1.6, 3], vertical_alignment="bottom")
    judge = your_name(name_box)
    which = which_box.selectbox(
        "Documents", (NOBODY, NOT_ME, EVERYTHING), key="quality_which", persist_state="session"
    )
    key = f"quality_judged_lists_{context.run.run_id}"
    url_state.give_choices(JUDGED_LISTS, key, context.names, [])
    names = lists_box.multiselect(
        "In the top 10 of",
        context.names,
        key=key,
        placeholder="any pipeline of this run",
    )
    if log.damaged:
        notice(f"{log.damaged} damaged lines of an earlier version's file are passed over.")
    session = _session(context, judge, which, names or context.names)
    if not session.items:
        notice("Nothing is left to judge here: every document of these top 10s has a judgment.")
    else:
        if not judge:
            notice("Type your name first: each judgment is kept with the name of its judge.")
        judge_by_keys(
            cards_by_hand(context, session, judge),
            session,
            judge,
            lambda actions: apply(log, session, judge, actions),
            key="quality_judge",
        )
        another_list(session, f"these {MOST_ITEMS}", key="another_sitting")


def _session(context: QualityContext, judge: str, which: str, names: list[str]) -> JudgingSession:
    """The visitor's list; it stays as it is until something is chosen anew."""
    key = (context.run.run_id, judge if which == NOT_ME else "", which, tuple(names))
    run_by_pipeline = {name: run for name, run in runs(context.run).items() if name in names}
    excluded_pairs: frozenset[tuple[str, str]] = frozenset()
    if which == NOBODY:
        excluded_pairs = judged_pairs(context.loaded)
    elif which == NOT_ME:
        grades = grades_by_judge(judgment_log(context.loaded.corpus.info.fingerprint))
        excluded_pairs = frozenset(pair for pair, given in grades.items() if judge in dict(given))
    excluded_pairs |= missing_pairs(context.run.gathered)
    session = judging_session(key, items_to_judge(run_by_pipeline, excluded_pairs))
    if quality.recall("before") is None or quality.recall("before_of") != session.token:
        quality.remember("before", {f.spec.name: f.evaluation for f in context.figures})
        quality.remember("before_of", session.token)
    return session
