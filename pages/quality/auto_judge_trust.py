"""Quality, judging by a machine: how far people agree with it, its exports, and its removal."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.quality.judge_agreement import circular_words, confusion_table, signed, system_table
from engine.types import CrossExamError
from engine.types.registries.measures import NDCG
from pages.quality.context import Lab
from state import url_state as choices
from state.quality import auto_judge as quality_machine
from state.quality import runs as quality
from state.quality.auto_judge import PLACE
from state.quality.judging import another_session, machine_store


def agreement(lab: Lab, teacher: str) -> None:
    """The machine held against people where both judged, on queries it did not learn from."""
    st.subheader("How far do people agree with it?", anchor=False)
    found = quality_machine.report(lab.ready, lab.run, teacher)
    agreed = found.agreement
    if agreed is None:
        notice(
            "Not measured: people judged none of these documents in the half of the queries that "
            "is kept for measuring. Judge some by hand first."
        )
    else:
        cells = st.columns(5)
        cells[0].metric("Pairs both judged", f"{agreed.pairs:,}")
        cells[1].metric("Same grade", f"{agreed.same:.0%}")
        cells[2].metric("Quadratic kappa", signed(agreed.quadratic))
        cells[3].metric("Precision of “relevant”", signed(agreed.precision))
        cells[4].metric("Recall of “relevant”", signed(agreed.recall))
        left, right = st.columns([1, 1.2], gap="large")
        with left:
            confusion_table(agreed.matrix, key="quality_confusion")
        with right:
            system_table(
                [(s.name, s.people, s.machine) for s in found.order.systems],
                found.circular,
                key="quality_judge_systems",
            )
        between = ""
        if agreed.interval is not None:
            low, high = map(signed, agreed.interval)
            between = f" (95% {low} to {high}, queries resampled)"
        tau = found.order.tau
        st.caption(
            plain(
                f"On {counted(agreed.queries, 'query', 'queries')} that the bounds were not "
                "chosen on. Cohen's kappa: "
                f"{signed(agreed.kappa)} unweighted, {signed(agreed.linear)} linear, "
                f"{signed(agreed.quadratic)} quadratic{between}; {signed(agreed.binary)} for "
                f"relevant or not. Pipelines: {NDCG.name} on the same judged pairs, graded by "
                f"people and by the machine, over {found.order.queries:,} of these queries; "
                f"Kendall's tau-b of the two orders: {signed(tau)}."
            )
        )
    if found.circular:
        st.warning(
            plain(
                "The judge is itself under test: what contains it is measured by its own taste, "
                f"and its figure is too high. {circular_words(found.circular)}"
            ),
            icon="⚠️",
        )


def kept(lab: Lab, teacher: str) -> None:
    """The exports of what the machine made, and the way to be rid of all of it."""
    fingerprint = lab.ready.corpus.info.fingerprint
    store = machine_store(fingerprint)
    if store.removable:
        told, undo = st.columns([4, 1.4], vertical_alignment="center")
        told.caption("All machine-made grades of this corpus were removed. People's are untouched.")
        if undo.button("Bring them back", key="restore_machine", width="stretch"):
            _attempt(store.restore)
    every = store.opinions()
    if not every:
        return
    made = quality_machine.made_by(lab.ready, lab.run, teacher)
    left, middle, right = st.columns([1.6, 1.9, 1.5])
    try:
        text = quality_machine.machine_qrels(made)
    except CrossExamError as problem:
        notice(choices.check(problem))
    else:
        left.download_button(
            f"{len(made):,} machine-made grades (TREC)",
            lambda: text,  # made on the click, for it changes with every key
            file_name="judgments.machine.qrels",
            mime="text/plain",
            icon="⬇️",
            width="stretch",
            help="TREC's format has no column for a mark: the file's name is the mark.",
        )
    middle.download_button(
        "With teacher, score and bounds (CSV)",
        lambda: quality_machine.machine_csv(store.opinions(teacher)),
        file_name="judgments.machine.csv",
        mime="text/csv",
        icon="⬇️",
        width="stretch",
    )
    with right, st.popover("Remove all …", width="stretch"):
        st.markdown(
            plain(
                f"Remove all {len(every):,} opinions of machines about this corpus? People's "
                "judgments stay, those accepted from a proposal too."
            )
        )
        if st.button("Remove them", key="remove_machine", type="primary"):
            another_session(PLACE)
            _attempt(lambda: quality_machine.remove_all(fingerprint))


def _attempt(act: Callable[[], int]) -> None:
    """Do it and draw the page anew, or say why it could not be done."""
    try:
        act()
    except CrossExamError as problem:
        error(choices.check(problem))
    else:
        quality.remember("before_of", None)
        st.rerun()
