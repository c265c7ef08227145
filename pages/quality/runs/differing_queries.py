"""Quality, two runs: the queries that differ most, and the places of one query's documents."""

from __future__ import annotations

import streamlit as st

from components.quality.changed_queries import MOST_ROWS, quality_queries
from components.quality.two_runs import PlacedDocument, movement_table
from engine.quality.runs.run_comparison import NO_RESULTS, changes
from engine.quality.runs.run_documents import title_of
from engine.quality.significance import ALIKE
from engine.types import Evaluation, Qrel, Run
from engine.types.registries.measures import PRIMARY
from pages.quality.context import QualityContext, change_rows, documents_of
from pages.quality.link_names import QUERY_ID
from state import url_state
from state.quality import runs as quality

TOP = 10


def differing_queries(
    context: QualityContext,
    before: Run,
    after: Run,
    evaluations: tuple[Evaluation, Evaluation],
    qrels: tuple[Qrel, ...],
) -> None:
    """The queries in rows, the greatest difference first; one that is clicked opens below."""
    changed = changes(before, after, evaluations, qrels)
    changed = [c for c in changed if abs(c.difference) > ALIKE] or changed
    changed.sort(key=lambda change: (-abs(change.difference), change.query_id))
    moved_ids = [change.moved.doc_id for change in changed[:MOST_ROWS] if change.moved]
    clicked = quality_queries(
        change_rows(changed[:MOST_ROWS], context.queries, documents_of(context, moved_ids)),
        before_name=f"A · {before.name}",
        after_name=f"B · {after.name}",
        measure=PRIMARY.name,
        actions=("open",),
        key="quality_two_changes",
    )
    if clicked is not None:
        quality.preset(QUERY_ID.session_key, clicked.query_id)
    _movement(context, before, after, [change.query_id for change in changed], qrels)


def _movement(
    context: QualityContext,
    before: Run,
    after: Run,
    query_ids: list[str],
    qrels: tuple[Qrel, ...],
) -> None:
    """The two top 10s of one query, and who moved."""
    url_state.give_choice(QUERY_ID, QUERY_ID.session_key, query_ids, query_ids[0])
    texts = {query_id: query.text for query_id, query in context.queries.items()}
    query_id = st.selectbox(
        "Rank movement of one query",
        query_ids,
        format_func=lambda q: texts.get(q, q),
        key=QUERY_ID.session_key,
    )
    old, new = (run.rankings.get(query_id, NO_RESULTS) for run in (before, after))
    ranks_before, ranks_after = ({hit.doc_id: hit.rank for hit in r.hits} for r in (old, new))
    listed_ids = list(dict.fromkeys([*new.ids(TOP), *old.ids(TOP)]))
    documents = documents_of(context, listed_ids)
    grades = {q.doc_id: q.relevance for q in qrels if q.query_id == query_id}
    movement_table(
        [
            PlacedDocument(
                title_of(documents, doc_id),
                ranks_before.get(doc_id),
                ranks_after.get(doc_id),
                grades.get(doc_id),
            )
            for doc_id in listed_ids
        ],
        key="quality_two_movement",
    )
