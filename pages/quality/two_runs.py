"""Quality, two runs: any two saved pipelines or run files of another system, side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import empty, error, notice, plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.quality.changed_queries import MOST_ROWS, quality_queries
from engine.quality.evaluation import evaluate
from engine.quality.runs.run_comparison import NO_RESULTS, changes, run_agreement
from engine.quality.runs.run_notes import (
    foreign_notes,
    irrelevant_note,
    judged_documents,
    missing_notes,
    tie_notes,
    unknown_notes,
)
from engine.quality.runs.trec_files import decoded, read_run_file
from engine.quality.significance import ALIKE, compare_values
from engine.search.movement import movements
from engine.types import CrossExamError, Qrel, Run
from engine.types.registries.measures import JUDGED, PRIMARY, said
from pages.quality.context import Lab, change_rows, documents_of, title_of
from state import url_state as choices
from state.quality import runs as quality
from state.quality.figures import by_query, runs
from state.quality.judging import qrels_of

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


@dataclass(frozen=True, slots=True)
class Side:
    """The run of one side; `asked` are the queries of a saved run, None for a file's."""

    run: Run
    asked: frozenset[str] | None = None


def _side(lab: Lab, side: str, index: int) -> Side | None:
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
        f"Run {plain(side)}",
        names,
        index=names.index(wanted) if wanted in names else 0,
        key=f"quality_side_{side}",
    )
    if picked != UPLOAD:
        run_id, name = options[picked]
        run = runs(quality.opened(fingerprint, run_id))[name]
        return Side(run, frozenset(run.rankings))
    file = st.file_uploader(f"TREC run file {plain(side)}", key=f"quality_file_{side}")
    if file is None:
        return None
    try:
        known = {*lab.ready.corpus.store.ids(), *lab.queries}
        read = read_run_file(decoded(file.getvalue(), file.name), file.name, known)
    except CrossExamError as problem:
        error(f"{problem}.")  # it begins with the file's name, which keeps its letters
        return None
    for note in read.notes:
        notice(note)
    return Side(read.run)


def when(saved_at: float) -> str:
    """A time as people write it, to the second, for a run may follow another at once."""
    return time.strftime("%d %b %Y, %H:%M:%S", time.localtime(saved_at))


def _compared(lab: Lab, before: Side, after: Side) -> None:
    qrels = qrels_of(lab.ready, lab.way)
    sides = {"A": before, "B": after}
    for name, side in sides.items():
        if side.asked is None:
            for note in foreign_notes(side.run, _known_documents(lab, side.run, qrels), name):
                notice(note)
    shared = before.run.rankings.keys() & after.run.rankings.keys()
    if not shared:
        raise CrossExamError("the two runs share no query: compare runs of one query set")
    agreed = run_agreement(before.run, after.run)
    figures = st.columns(4, border=True)
    tau = "–" if agreed.tau is None else f"{agreed.tau:.3f}".replace("-", "\N{MINUS SIGN}")
    if agreed.tau is not None:
        tau += f" (n = {agreed.tau_queries:,})"
    for column, label, value, words in zip(
        figures,
        ("Kendall's tau", "Rank-biased overlap", "Overlap of the top 10", "Queries in both"),
        (tau, f"{agreed.rbo:.3f}", f"{agreed.overlap:.1%}", f"{agreed.queries:,}"),
        (
            "documents in both lists, −1 to 1; the mean over the n queries whose lists share at "
            "least two documents",
            "p = 0.9, 0 to 1",
            "mean share",
            "",
        ),
        strict=True,
    ):
        column.metric(label, value, help=words or None)
    asked = _asked(before, after)
    relevant = {q.query_id for q in qrels if q.relevance > 0}
    if not (relevant & shared if asked is None else relevant & shared & asked):
        notice("None of these queries has a relevant judgment: only agreement can be told.")
        return
    _measured(lab, sides, qrels, asked)


def _asked(before: Side, after: Side) -> frozenset[str] | None:
    """The queries that both sides were given; None where neither side says."""
    if before.asked is None or after.asked is None:
        return before.asked if after.asked is None else after.asked
    return before.asked & after.asked


def _known_documents(lab: Lab, run: Run, qrels: Sequence[Qrel]) -> set[str]:
    """Those of the run's documents that the corpus holds, whole or in passages."""
    listed = {hit.doc_id for ranking in run.rankings.values() for hit in ranking.hits}
    held = lab.ready.corpus.store.ids()
    known = listed & judged_documents(qrels)
    return known or listed.intersection(held)


def _measured(
    lab: Lab, sides: Mapping[str, Side], qrels: tuple[Qrel, ...], asked: frozenset[str] | None
) -> None:
    """Measures of both, their difference, and the queries."""
    before, after = (side.run for side in sides.values())
    old, new = (evaluate(run, qrels, depth=lab.recall_at, asked=asked) for run in (before, after))
    notes = irrelevant_note(old)
    for (name, side), found in zip(sides.items(), (old, new), strict=True):
        notes += missing_notes(found, name) + unknown_notes(found, name)
        notes += tie_notes(side.run, name) if side.asked is None else []
    if notes:
        notice(" ".join(notes))
    plain_table(
        [TableColumn("Run"), *(TableColumn(m) for m in old.mean), TableColumn(JUDGED)],
        [
            [
                TableCell(f"{side} · {run.name}"),
                *(TableCell(said(name, value)) for name, value in found.mean.items()),
                TableCell(f"{found.judged_at_k:.1%}"),
            ]
            for side, run, found in (("A", before, old), ("B", after, new))
        ],
        caption="Measures of the two runs",
        key="quality_two_measures",
    )
    told = compare_values(
        by_query(old, PRIMARY.name),
        by_query(new, PRIMARY.name),
        names=("A", "B"),
        measure=PRIMARY.name,
    )
    st.markdown(f"### B against A: {plain(told.sentence)}.")
    changed = changes(before, after, (old, new), qrels)
    changed = [c for c in changed if abs(c.difference) > ALIKE] or changed
    changed.sort(key=lambda change: (-abs(change.difference), change.query_id))
    moved = [change.moved.doc_id for change in changed[:MOST_ROWS] if change.moved]
    clicked = quality_queries(
        change_rows(changed[:MOST_ROWS], lab.queries, documents_of(lab, moved)),
        before=f"A · {before.name}",
        after=f"B · {after.name}",
        measure=PRIMARY.name,
        actions=("open",),
        key="quality_two_changes",
    )
    if clicked is not None:
        quality.preset("quality_two_query", clicked.query_id)
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
    old, new = (run.rankings.get(query_id, NO_RESULTS) for run in (before, after))
    moved = movements(old, new)
    ranks = {hit.doc_id: hit.rank for hit in old.hits}
    listed = list(dict.fromkeys([*new.ids(TOP), *old.ids(TOP)]))
    documents = documents_of(lab, listed)
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
