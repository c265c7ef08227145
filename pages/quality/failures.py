"""Quality, failures: where one pipeline goes wrong, by kind, counted and shown by example."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import counted
from components.quality.changed_queries import QueryAction
from engine.quality.failures import DUPLICATE, KINDS, NEGATION, Failure, Kind
from engine.quality.pipelines import PipelineSpec
from pages.quality.context import Lab, documents_of, go, title_of
from state.quality.figures import failures

EXAMPLES = 5


def failure_types(lab: Lab) -> None:
    """The counts of every kind, then each with its definition and examples."""
    if any(found.parents for found in lab.run.gathered):
        notice(
            "This corpus is split into passages: a document is ranked and scored by its best "
            "passage, and its words are those of all its passages."
        )
    _, after = lab.default_pair()
    pick, limit = st.columns([3, 1.6], vertical_alignment="bottom")
    name = pick.selectbox(
        "Pipeline", lab.names, index=after, key=f"quality_failing_{lab.run.run_id}"
    )
    spec = lab.run.spec(name)
    confident = limit.slider(
        "A confident logit is at least",
        -5.0,
        8.0,
        0.0,
        step=0.5,
        key="quality_confident",
        persist_state="session",
        disabled=not spec.reranker,
        help=None if spec.reranker else "This pipeline has no reranker, so it has no logits.",
    )
    found = failures(lab.ready, lab.run, spec, lab.way, float(confident))
    queries = len(lab.of(name).evaluation.by_query)
    rows = []
    for kind in KINDS:
        mine = found.get(kind.key)
        touched = len({f.query_id for f in mine}) if mine is not None else 0
        rows.append(
            [
                TableCell(kind.title),
                TableCell("–" if mine is None else f"{len(mine):,}"),
                TableCell(
                    "needs a reranker" if mine is None else f"{touched:,} of {queries:,}",
                    share=None if mine is None or not queries else touched / queries,
                ),
            ]
        )
    plain_table(
        [TableColumn("Failure"), TableColumn("Documents"), TableColumn("Queries")],
        rows,
        caption="Failures by kind",
        key="quality_failure_counts",
    )
    st.caption("A document may be counted under several kinds; the rows do not add up.")
    opened = next((kind.key for kind in KINDS if found.get(kind.key)), "")
    for kind in KINDS:
        if found.get(kind.key) is not None:
            _kind(lab, spec, kind, found[kind.key], expanded=kind.key == opened)


def _kind(
    lab: Lab, spec: PipelineSpec, kind: Kind, found: list[Failure], *, expanded: bool
) -> None:
    """One kind: its definition and its gravest examples."""
    with st.expander(f"{kind.title} ({len(found):,})", expanded=expanded):
        st.caption(plain(kind.definition))
        if not found:
            st.markdown("None in this run.")
            return
        shown = found[:EXAMPLES]
        documents = documents_of(lab, [d for f in shown for d in (f.doc_id, f.other) if d])
        queries = lab.queries
        for number, failure in enumerate(shown):
            words, ways = st.columns([5, 1.5], vertical_alignment="center")
            query = queries[failure.query_id]
            words.markdown(
                f"**{plain(query.text)}**  \n{plain(title_of(documents, failure.doc_id))}  \n"
                f":small[{plain(_details(failure, title_of(documents, failure.other)))}]"
            )
            with ways.container(horizontal=True):
                key = f"{kind.key}_{number}"
                if st.button("Compare", key=f"compare_{key}"):
                    go(lab, QueryAction("compare", failure.query_id, failure.doc_id), spec)
                if st.button(
                    "Explain",
                    key=f"explain_{key}",
                    disabled=failure.score is None,
                    help="The reranker did not score it." if failure.score is None else None,
                ):
                    go(lab, QueryAction("explain", failure.query_id, failure.doc_id), spec)
        if len(found) > EXAMPLES:
            st.caption(f"The gravest {EXAMPLES} of {len(found):,}.")


def _details(failure: Failure, other: str) -> str:
    """What is known of one failure, in a line."""
    told = [
        f"judged {failure.grade}",
        f"rank {failure.rank}" if failure.rank is not None else "not among the candidates",
    ]
    if failure.score is not None:
        told.append(f"logit {failure.score:.2f}".replace("-", "\N{MINUS SIGN}"))
    if failure.n_truncated:
        told.append(f"{counted(failure.n_truncated, 'token')} never read")
    if failure.kind == DUPLICATE:
        told.append(f"below “{other}”")
    if failure.kind == NEGATION:
        told.append(f"above “{other}”")
    return " · ".join(told)
