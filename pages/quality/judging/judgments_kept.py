"""Quality, judging: what the judgments change, who disagrees, and the export."""

from __future__ import annotations

import streamlit as st

from components.common.downloads import download
from components.common.messages import notice, plain
from components.common.wording import counted
from components.quality.judgment_tables import (
    ChangedFigures,
    Conflict,
    changed_figures_table,
    conflicts_table,
)
from engine.quality.runs.run_documents import title_of
from engine.quality.runs.trec_files import qrels_text
from engine.types import CrossExamError
from engine.types.registries.measures import PRIMARY
from pages.quality.context import QualityContext, documents_of
from state import url_state
from state.quality import runs as quality
from state.quality.judging import contradictions, judgment_log, judgments_csv, qrels_of

SHOWN_CONFLICTS = 50


def changed_figures(context: QualityContext) -> None:
    """The primary measure and judged@k now, beside what they were when this list was begun."""
    evaluations_before = quality.recall("before") or {}
    if not context.figures:
        return
    st.subheader("What your judgments change", anchor=False)
    rows = []
    for figures in context.figures:
        new, old = figures.evaluation, evaluations_before.get(figures.spec.name)
        rows.append(
            ChangedFigures(
                figures.spec.name,
                value_before=old.mean[PRIMARY.name] if old else None,
                value=new.mean[PRIMARY.name],
                judged_before=old.judged_at_k if old else None,
                judged=new.judged_at_k,
                queries=len(new.by_query),
            )
        )
    changed_figures_table(rows, key="quality_moved")


def judgments_kept(context: QualityContext) -> None:
    """How judgments are combined, who disagrees, and the export."""
    loaded = context.loaded
    log = judgment_log(loaded.corpus.info.fingerprint)
    latest = log.latest()
    judges = sorted({entry.judge for entry in latest})
    st.subheader("Judgments", anchor=False)
    judges_phrase = f" by {', '.join(judges)}" if judges else ""
    st.markdown(
        plain(
            f"{len(loaded.corpus.qrels):,} came with the corpus; {len(latest):,} were given "
            f"here{judges_phrase}. None overwrites another: each judge's last word on a pair is "
            "kept with the name. “Judgments count as”, at the head of this page, says how several "
            "become one relevance; the corpus' own counts as one more judge."
        )
    )
    _conflicts(context)
    try:
        qrels = qrels_text(qrels_of(loaded, context.counting_rule))
    except CrossExamError as problem:
        notice(url_state.error_message(problem))
        return
    qrels_box, table_box, _ = st.columns([1.5, 1.7, 2])
    download(
        "Export as qrels (TREC)",
        lambda: qrels,
        file_name="judgments.qrels",
        mime="text/plain",
        place=qrels_box,
        width="stretch",
    )
    download(
        "Every judgment with its judge (CSV)",
        lambda: judgments_csv(log),
        file_name="judgments.csv",
        mime="text/csv",
        place=table_box,
        width="stretch",
    )


def _conflicts(context: QualityContext) -> None:
    """The pairs that judges see differently, where there are any."""
    pairs = contradictions(context.loaded)
    if not pairs:
        return
    shown_pairs = pairs[:SHOWN_CONFLICTS]
    documents = documents_of(context, [doc_id for _, doc_id, _ in shown_pairs])
    texts = {query.query_id: query.text for query in context.loaded.corpus.queries}
    with st.expander(f"{counted(len(pairs), 'pair')} that judges see differently"):
        conflicts_table(
            [
                Conflict(texts.get(query_id, query_id), title_of(documents, doc_id), grades)
                for query_id, doc_id, grades in shown_pairs
            ],
            key="quality_conflicts",
        )
