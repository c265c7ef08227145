"""Quality, failures: where one pipeline goes wrong, by kind, counted and shown by example."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice, plain
from components.common.wording import counted
from components.quality.changed_queries import QueryAction
from components.quality.failure_counts import FailureCount, failure_counts
from engine.quality.failures import DUPLICATE, KINDS, NEGATION, Failure, Kind
from engine.quality.pipelines import PipelineSpec
from engine.quality.runs.run_documents import title_of
from engine.quality.weights.weighted_mean import share_of_searches
from engine.types.wording.numbers import decimal
from pages.quality.context import QualityContext, documents_of
from pages.quality.link_names import FAILING
from pages.quality.links import open_page
from state import url_state
from state.quality.figures import failures
from state.quality.weights import weights

EXAMPLES = 5


def failure_types(context: QualityContext) -> None:
    """The counts of every kind, then each with its definition and examples."""
    if any(query_scores.parents for query_scores in context.run.gathered):
        notice(
            "This corpus is split into passages: a document is ranked and scored by its best "
            "passage, and its words are those of all its passages."
        )
    _, after = context.default_pair()
    pick, limit = st.columns([3, 1.6], vertical_alignment="bottom")
    key = f"quality_failing_{context.run.run_id}"
    url_state.give_choice(FAILING, key, context.names, context.names[after])
    name = pick.selectbox("Pipeline", context.names, index=after, key=key)
    spec = context.run.spec(name)
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
    by_kind = failures(context.loaded, context.run, spec, context.counting_rule, float(confident))
    judged = context.of(name).evaluation.by_query
    weight_by_query = weights(context.loaded)

    def counted_kind(kind: Kind) -> FailureCount:
        failed = by_kind.get(kind.key)
        failing = {failure.query_id for failure in failed or ()}
        return FailureCount(
            kind.title,
            documents=None if failed is None else len(failed),
            failing=len(failing),
            queries=len(judged),
            searches=share_of_searches(failing, judged, weight_by_query),
        )

    failure_counts([counted_kind(kind) for kind in KINDS], key="quality_failure_counts")
    st.caption("A document may be counted under several kinds; the rows do not add up.")
    opened = next((kind.key for kind in KINDS if by_kind.get(kind.key)), "")
    for kind in KINDS:
        if by_kind.get(kind.key) is not None:
            _kind(context, spec, kind, by_kind[kind.key], expanded=kind.key == opened)


def _kind(
    context: QualityContext,
    spec: PipelineSpec,
    kind: Kind,
    failed: list[Failure],
    *,
    expanded: bool,
) -> None:
    """One kind: its definition and its gravest examples."""
    with st.expander(f"{kind.title} ({len(failed):,})", expanded=expanded):
        st.caption(plain(kind.definition))
        if not failed:
            st.markdown("None in this run.")
            return
        shown_failures = failed[:EXAMPLES]
        documents = documents_of(
            context, [d for f in shown_failures for d in (f.doc_id, f.other) if d]
        )
        queries = context.queries
        for number, failure in enumerate(shown_failures):
            text_box, links_box = st.columns([5, 1.5], vertical_alignment="center")
            query = queries[failure.query_id]
            text_box.markdown(
                f"**{plain(query.text)}**  \n{plain(title_of(documents, failure.doc_id))}  \n"
                f":small[{plain(_details(failure, title_of(documents, failure.other)))}]"
            )
            with links_box.container(horizontal=True):
                key = f"{kind.key}_{number}"
                if st.button("Compare", key=f"compare_{key}"):
                    open_page(
                        context, QueryAction("compare", failure.query_id, failure.doc_id), spec
                    )
                if st.button(
                    "Explain",
                    key=f"explain_{key}",
                    disabled=failure.score is None,
                    help="The reranker did not score it." if failure.score is None else None,
                ):
                    open_page(
                        context, QueryAction("explain", failure.query_id, failure.doc_id), spec
                    )
        if len(failed) > EXAMPLES:
            st.caption(f"The gravest {EXAMPLES} of {len(failed):,}.")


def _details(failure: Failure, other: str) -> str:
    """One failure in a line: its grade, rank, logit, and what was not read."""
    details = [
        f"judged {failure.grade}",
        f"rank {failure.rank}" if failure.rank is not None else "not among the candidates",
    ]
    if failure.score is not None:
        details.append(f"logit {decimal(failure.score)}")
    if failure.n_truncated:
        details.append(f"{counted(failure.n_truncated, 'token')} never read")
    if failure.kind == DUPLICATE:
        details.append(f"below “{other}”")
    if failure.kind == NEGATION:
        details.append(f"above “{other}”")
    return " · ".join(details)
