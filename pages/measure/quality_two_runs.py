"""Quality, two runs: any two saved pipelines or run files of another system, side by side."""

from __future__ import annotations

import time

import streamlit as st

from components.messages import empty, error, notice, plain
from components.plain_table import TableCell, TableColumn, plain_table
from components.quality_queries import MOST_ROWS, quality_queries
from pages.measure.quality_context import Lab, change_rows, documents_of, title_of
from search.evaluation import evaluate
from search.movement import movements
from search.run_comparison import changes, run_agreement
from search.significance import ALIKE, compare_values
from search.trec_files import decoded, read_run
from search.types import CrossExamError, Qrel, Run
from state import choices, quality
from state.quality_figures import by_query, runs
from state.quality_judging import qrels_of

UPLOAD = "A TREC run file …"
TOP = 10
MOST_SAVED = 8


def two_runs(lab: Lab) -> None:
    """Choose both sides, then figures, agreement and the queries that differ."""
    st.markdown(
        "Any two pipelines of the saved runs, or run files of another system in TREC's format "
        "(`query Q0 document rank score name`), with this corpus' query and document ids."
    )
    left, right = st.columns(2, gap="large")
    with left:
        before = _side(lab, "A", 0)
    with right:
        after = _side(lab, "B", 1)
    if before is None or after is None:
        empty("Two runs", "Choose or upload a run on each side.")
        return
    try:
        _compared(lab, before, after)
    except CrossExamError as problem:
        error(choices.check(problem))


def _side(lab: Lab, side: str, index: int) -> Run | None:
    """The run chosen on one side; None while a file is awaited or cannot be read."""
    fingerprint = lab.ready.corpus.info.fingerprint
    options: dict[str, tuple[str, str]] = {}
    for saved in quality.saved_runs(fingerprint)[:MOST_SAVED]:
        try:
            found = quality.opened(fingerprint, saved.run_id)
        except CrossExamError:
            continue
        for spec in found.specs:
            options[f"{when(saved.saved_at)} · {spec.name}"] = (saved.run_id, spec.name)
    names = [*options, UPLOAD]
    pair = lab.default_pair() if lab.figures else (0, min(1, len(lab.names) - 1))
    wanted = f"{when(lab.run.saved.saved_at)} · {lab.names[pair[index]]}"
    picked = st.selectbox(
        f"Run {side}",
        names,
        index=names.index(wanted) if wanted in names else 0,
        key=f"quality_side_{side}",
    )
    if picked != UPLOAD:
        run_id, name = options[picked]
        return runs(quality.opened(fingerprint, run_id))[name]
    file = st.file_uploader(f"TREC run file {side}", key=f"quality_file_{side}")
    if file is None:
        return None
    try:
        return read_run(decoded(file.getvalue(), file.name), file.name)
    except CrossExamError as problem:
        error(f"{problem}.")  # it begins with the file's name, which keeps its letters
        return None


def when(saved_at: float) -> str:
    """A time as people write it, to the second, for a run may follow another at once."""
    return time.strftime("%d %b %Y, %H:%M:%S", time.localtime(saved_at))


def _compared(lab: Lab, before: Run, after: Run) -> None:
    qrels = qrels_of(lab.ready, lab.way)
    known = {query.query_id for query in lab.ready.corpus.queries} | lab.run.texts.keys()
    for side, run in (("A", before), ("B", after)):
        strange = run.rankings.keys() - known
        if strange:
            some = ", ".join(sorted(strange)[:3])
            notice(f"Run {side} has {len(strange)} queries that this corpus does not know: {some}.")
    shared = before.rankings.keys() & after.rankings.keys()
    if not shared:
        raise CrossExamError("the two runs share no query: compare runs of one query set")
    agreed = run_agreement(before, after)
    figures = st.columns(4, border=True)
    tau = "–" if agreed.tau is None else f"{agreed.tau:.3f}".replace("-", "\N{MINUS SIGN}")
    for column, label, value, words in zip(
        figures,
        ("Kendall's tau", "Rank-biased overlap", "Overlap of the top 10", "Queries in both"),
        (tau, f"{agreed.rbo:.3f}", f"{agreed.overlap:.1%}", f"{agreed.queries:,}"),
        ("documents in both lists, −1 to 1", "p = 0.9, 0 to 1", "mean share", ""),
        strict=True,
    ):
        column.metric(label, value, help=words or None)
    if not any(q.relevance > 0 and q.query_id in shared for q in qrels):
        notice("None of these queries has a relevant judgment: only agreement can be told.")
        return
    _measured(lab, _only(before, shared), _only(after, shared), qrels)


def _measured(lab: Lab, before: Run, after: Run, qrels: tuple[Qrel, ...]) -> None:
    """Measures of both, their difference, and the queries."""
    old, new = (evaluate(run, qrels, depth=50) for run in (before, after))
    plain_table(
        [TableColumn("Run"), *(TableColumn(m) for m in old.mean), TableColumn("judged@10")],
        [
            [
                TableCell(f"{side} · {run.name}"),
                *(TableCell(f"{value:.4f}") for value in found.mean.values()),
                TableCell(f"{found.judged_at_k:.1%}"),
            ]
            for side, run, found in (("A", before, old), ("B", after, new))
        ],
        caption="Measures of the two runs",
        key="quality_two_measures",
    )
    told = compare_values(
        by_query(old, "nDCG@10"), by_query(new, "nDCG@10"), names=("A", "B"), measure="nDCG@10"
    )
    st.markdown(f"##### B against A: {plain(told.sentence)}.")
    found = changes(before, after, (old, new), qrels)
    changed = [change for change in found if abs(change.difference) > ALIKE] or found
    changed.sort(key=lambda change: (-abs(change.difference), change.query_id))
    moved = [change.moved.doc_id for change in changed[:MOST_ROWS] if change.moved]
    asked = quality_queries(
        change_rows(changed[:MOST_ROWS], lab.queries, documents_of(lab.ready, moved)),
        before=f"A · {before.name}",
        after=f"B · {after.name}",
        measure="nDCG@10",
        actions=("open",),
        key="quality_two_changes",
    )
    if asked is not None:
        quality.preset("quality_two_query", asked.query_id)
    _movement(lab, before, after, [change.query_id for change in changed], qrels)


def _movement(
    lab: Lab, before: Run, after: Run, query_ids: list[str], qrels: tuple[Qrel, ...]
) -> None:
    """The two top 10s of one query, and who moved."""
    texts = {query_id: query.text for query_id, query in lab.queries.items()}
    if choices.asked("quality_two_query") not in query_ids:
        choices.forget("quality_two_query")
    query_id = st.selectbox(
        "Rank movement of one query",
        query_ids,
        format_func=lambda q: texts.get(q, q),
        key="quality_two_query",
    )
    old, new = before.rankings[query_id], after.rankings[query_id]
    moved = movements(old, new)
    ranks = {hit.doc_id: hit.rank for hit in old.hits}
    listed = list(dict.fromkeys([*new.ids(TOP), *old.ids(TOP)]))
    documents = documents_of(lab.ready, listed)
    grades = {q.doc_id: q.relevance for q in qrels if q.query_id == query_id}
    rows = []
    for doc_id in listed:
        movement = moved.get(doc_id)
        change = movement.change if movement else None
        words = (
            "–"
            if change is None
            else "="
            if not change
            else f"{'▲' if change > 0 else '▼'} {abs(change)}"
        )
        after_rank = movement.after if movement else None
        rows.append(
            [
                TableCell(title_of(documents, doc_id)),
                TableCell(str(ranks.get(doc_id, "not listed"))),
                TableCell("not listed" if after_rank is None else str(after_rank)),
                TableCell(words),
                TableCell(str(grades[doc_id]) if doc_id in grades else "not judged"),
            ]
        )
    plain_table(
        [
            TableColumn("Document"),
            TableColumn("Rank in A"),
            TableColumn("Rank in B"),
            TableColumn("Moved"),
            TableColumn("Relevance"),
        ],
        rows,
        caption="Rank movement",
        key="quality_two_movement",
    )


def _only(run: Run, query_ids: set[str]) -> Run:
    return Run(run.name, {q: found for q, found in run.rankings.items() if q in query_ids})
