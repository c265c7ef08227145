"""Quality, judging: what stands in a top 10 without a judgment, one key for each."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from components.quality.judge_card import JudgeItem
from engine.quality.runs.trec_files import qrels_text
from engine.types import CrossExamError
from engine.types.registries.measures import JUDGED, PRIMARY
from pages.quality.auto_judge import proposing
from pages.quality.context import Lab, documents_of, title_of
from pages.quality.judge_list import (
    another_list,
    judge_by_keys,
    where_words,
    your_name,
)
from state import url_state as choices
from state.quality import runs as quality
from state.quality.figures import runs
from state.quality.judging import (
    MOST_ITEMS,
    JudgingSession,
    apply,
    contradictions,
    items_to_judge,
    judgment_log,
    people,
    qrels_of,
    session,
    voices_csv,
)

BY_HAND, BY_MACHINE = "By hand", "Proposed by a cross-encoder"
NOBODY, NOT_ME, ALL = "Nobody has judged", "I have not judged", "Everything in the top 10s"
SHOWN_CONFLICTS = 50
SHOWN_RANKS = 3


def judging(lab: Lab) -> None:
    """Judging by hand, or looking through what a machine proposes: two lists, never one."""
    way = st.segmented_control(
        "Who judges first",
        (BY_HAND, BY_MACHINE),
        default=BY_HAND,
        required=True,
        key="quality_judge_by",
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == BY_MACHINE:
        proposing(lab)
    else:
        by_hand(lab)


def by_hand(lab: Lab) -> None:
    """The judge's name, the list, the keys, and what they change."""
    log = judgment_log(lab.ready.corpus.info.fingerprint)
    name_box, which_box, lists_box = st.columns([1.4, 1.6, 3], vertical_alignment="bottom")
    judge = your_name(name_box)
    which = which_box.selectbox(
        "Documents", (NOBODY, NOT_ME, ALL), key="quality_which", persist_state="session"
    )
    names = lists_box.multiselect(
        "In the top 10 of",
        lab.names,
        key=f"quality_judged_lists_{lab.run.run_id}",
        placeholder="any pipeline of this run",
    )
    if log.damaged:
        notice(f"{log.damaged} damaged lines of an earlier version's file are passed over.")
    judge = " ".join(judge.split())
    now = _session(lab, judge, which, names or lab.names)
    if not now.items:
        notice("Nothing is left to judge here: every document of these top 10s has a judgment.")
    else:
        if not judge:
            notice("Type your name first: each judgment is kept with the name of its judge.")
        judge_by_keys(
            _items(lab, now, judge),
            now,
            judge,
            lambda actions: apply(log, now, judge, actions),
            key="quality_judge",
        )
        another_list(now, f"these {MOST_ITEMS}", key="another_sitting")
    moved_figures(lab)
    _kept(lab)


def _session(lab: Lab, judge: str, which: str, names: list[str]) -> JudgingSession:
    """The visitor's list; it stays as it is until something is chosen anew."""
    key = (lab.run.run_id, judge if which == NOT_ME else "", which, tuple(names))
    listed = {name: run for name, run in runs(lab.run).items() if name in names}
    log = judgment_log(lab.ready.corpus.info.fingerprint)
    said = people(log)
    own = {(q.query_id, q.doc_id) for q in lab.ready.corpus.qrels}
    if which == NOBODY:
        known = frozenset(own | said.keys())
    elif which == NOT_ME:
        known = frozenset(p for p, voices in said.items() if judge in dict(voices))
    else:
        known = frozenset()
    found = session(key, items_to_judge(listed, known))
    if quality.recall("before") is None or quality.recall("before_of") != found.token:
        quality.remember("before", {f.spec.name: f.evaluation for f in lab.figures})
        quality.remember("before_of", found.token)
    return found


def _items(lab: Lab, now: JudgingSession, judge: str) -> list[JudgeItem]:
    documents = documents_of(lab, [item.doc_id for item in now.items])
    queries = lab.queries
    said = people(judgment_log(lab.ready.corpus.info.fingerprint))
    found = []
    for item in now.items:
        document = documents.get(item.doc_id)
        query = queries[item.query_id]
        voices = dict(said.get((item.query_id, item.doc_id), []))
        own = lab.ready.corpus.judgments(item.query_id).get(item.doc_id)
        others = [f"{name} {grade}" for name, grade in voices.items() if name != judge]
        others += [f"the corpus {own}"] if own is not None else []
        found.append(
            JudgeItem(
                query=query.text,
                note=query.note,
                title=title_of(documents, item.doc_id),
                text=document.text if document else "",
                where=where_words(item, len(lab.names), "top 10s", SHOWN_RANKS),
                others="judged by " + ", ".join(others) if others else "",
            )
        )
    return found


def moved_figures(lab: Lab) -> None:
    """The primary measure and judged@k now, beside what they were when this list was begun."""
    before = quality.recall("before") or {}
    if not lab.figures:
        return
    st.subheader("What your judgments change", anchor=False)
    columns = [
        TableColumn("Pipeline"),
        TableColumn(PRIMARY.name, "when the list was begun → now"),
        TableColumn(JUDGED, "when the list was begun → now"),
        TableColumn("Queries", "with a judgment"),
    ]
    rows = []
    for found in lab.figures:
        new, old = found.evaluation, before.get(found.spec.name)
        was, share = (old.mean[PRIMARY.name], old.judged_at_k) if old else (None, None)
        rows.append(
            [
                TableCell(found.spec.name),
                TableCell(_step(was, new.mean[PRIMARY.name], PRIMARY.form)),
                TableCell(_step(share, new.judged_at_k, ".1%"), share=new.judged_at_k),
                TableCell(f"{len(new.by_query):,}"),
            ]
        )
    plain_table(columns, rows, caption="What judgments change", key="quality_moved")


def _step(was: float | None, now: float, form: str) -> str:
    new = format(now, form)
    old = "–" if was is None else format(was, form)
    return new if old == new else f"{old} → {new}"


def _kept(lab: Lab) -> None:
    """How judgments are combined, who disagrees, and the export."""
    ready = lab.ready
    log = judgment_log(ready.corpus.info.fingerprint)
    latest = log.latest()
    judges = sorted({entry.judge for entry in latest})
    st.subheader("Judgments", anchor=False)
    who = f" by {', '.join(judges)}" if judges else ""
    st.markdown(
        plain(
            f"{len(ready.corpus.qrels):,} came with the corpus; {len(latest):,} were given "
            f"here{who}. None overwrites another: each judge's last word on a pair is kept with "
            "the name. “Judgments count as”, at the head of this page, says how several become "
            "one relevance; the corpus' own counts as one more judge."
        )
    )
    rows = contradictions(ready)
    if rows:
        documents = documents_of(lab, [doc_id for _, doc_id, _ in rows[:SHOWN_CONFLICTS]])
        texts = {query.query_id: query.text for query in ready.corpus.queries}
        with st.expander(f"{counted(len(rows), 'pair')} that judges see differently"):
            plain_table(
                [TableColumn("Query"), TableColumn("Document"), TableColumn("Judges")],
                [
                    [
                        TableCell(texts.get(query_id, query_id)),
                        TableCell(title_of(documents, doc_id)),
                        TableCell(", ".join(f"{name}: {grade}" for name, grade in voices)),
                    ]
                    for query_id, doc_id, voices in rows[:SHOWN_CONFLICTS]
                ],
                caption="Conflicting judgments",
                key="quality_conflicts",
            )
    try:
        text = qrels_text(qrels_of(ready, lab.way))
    except CrossExamError as problem:
        notice(choices.check(problem))
        return
    left, right, _ = st.columns([1.5, 1.7, 2])
    left.download_button(
        "Export as qrels (TREC)",
        lambda: text,  # made on the click: a file that changes with each key may be gone by then
        file_name="judgments.qrels",
        mime="text/plain",
        icon="⬇️",
        width="stretch",
    )
    right.download_button(
        "Every judgment with its judge (CSV)",
        lambda: voices_csv(log),
        file_name="judgments.csv",
        mime="text/csv",
        icon="⬇️",
        width="stretch",
    )
