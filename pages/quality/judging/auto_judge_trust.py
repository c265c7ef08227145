"""Quality, judging by a model: how far people agree with it, its exports, and its removal."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.common.downloads import download
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.quality.judge_agreement import (
    agreement_caption,
    agreement_figures,
    circular_words,
    confusion_table,
    system_table,
)
from engine.types import CrossExamError
from pages.quality.context import QualityContext
from state import url_state
from state.permissions import Act, refusal
from state.quality import auto_judge
from state.quality import runs as quality
from state.quality.auto_judge import PLACE
from state.quality.judging import another_session, auto_judgment_store


def agreement(context: QualityContext, judge_model: str) -> None:
    """The model held against people where both judged, on queries it did not learn from."""
    st.subheader("How far do people agree with it?", anchor=False)
    report = auto_judge.report(context.loaded, context.run, judge_model)
    agreed = report.agreement
    if agreed is None:
        notice(
            "Not measured: people judged none of these documents in the half of the queries that "
            "is kept for measuring. Judge some by hand first."
        )
    else:
        agreement_figures(agreed)
        left, right = st.columns([1, 1.2], gap="large")
        with left:
            confusion_table(agreed.matrix, key="quality_confusion")
        with right:
            system_table(
                [(s.name, s.people, s.auto_judge) for s in report.order.systems],
                report.circular,
                key="quality_judge_systems",
            )
        agreement_caption(agreed, tau=report.order.tau, queries=report.order.queries)
    if report.circular:
        st.warning(
            plain(
                "The judge is itself under test: what contains it is measured by its own taste, "
                f"and its figure is too high. {circular_words(report.circular)}"
            ),
            icon="⚠️",
        )


def kept(context: QualityContext, judge_model: str) -> None:
    """The exports of what the model proposes, and the button that removes all of it."""
    fingerprint = context.loaded.corpus.info.fingerprint
    store = auto_judgment_store(fingerprint)
    if store.removable:
        text_box, undo_box = st.columns([4, 1.4], vertical_alignment="center")
        text_box.caption(
            "All machine-made grades of this corpus were removed. People's are untouched."
        )
        if undo_box.button("Bring them back", key="restore_machine", width="stretch"):
            _attempt(store.restore)
    judgments = store.judgments()
    if not judgments:
        return
    proposals = auto_judge.proposals_of(context.loaded, context.run, judge_model)
    qrels_box, table_box, remove_box = st.columns([1.6, 1.9, 1.5])
    try:
        qrels = auto_judge.auto_judgments_trec(proposals)
    except CrossExamError as problem:
        notice(url_state.error_message(problem))
    else:
        download(
            f"{len(proposals):,} machine-made grades (TREC)",
            lambda: qrels,
            file_name="judgments.auto_judge.qrels",
            mime="text/plain",
            place=qrels_box,
            width="stretch",
            note="TREC's format has no column for a mark: the file's name is the mark.",
        )
    download(
        "With judge, score and thresholds (CSV)",
        lambda: auto_judge.auto_judgments_csv(store.judgments(judge_model)),
        file_name="judgments.auto_judge.csv",
        mime="text/csv",
        place=table_box,
        width="stretch",
    )
    with remove_box, st.popover("Remove all …", width="stretch"):
        if refused := refusal(Act.DELETE):
            notice(refused)
            return
        st.markdown(
            plain(
                f"Remove what machines gave this corpus: {counted(len(judgments), 'grade')}? "
                "People's judgments stay, those accepted from a proposal too."
            )
        )
        if st.button("Remove them", key="remove_machine", type="primary"):
            another_session(PLACE)
            _attempt(lambda: auto_judge.remove_all(fingerprint))


def _attempt(act: Callable[[], int]) -> None:
    """Do it and draw the page anew, or say why it could not be done."""
    try:
        act()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        quality.remember("before_of", None)
        st.rerun()
