"""Quality, the queries: which of them changed most between two pipelines, with links to them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import notice, plain
from components.quality.changed_queries import MOST_ROWS, quality_queries
from engine.quality.runs.run_comparison import changes
from engine.types.registries.measures import comparable
from pages.quality.context import QualityContext, change_rows, documents_of
from pages.quality.link_names import FROM, TO
from pages.quality.links import open_page
from pages.quality.query_filters import filtered, ordered
from state import url_state
from state.quality.figures import differences, runs
from state.quality.judging import qrels_of


def changed_queries(context: QualityContext) -> None:
    """The pair of pipelines, the filters, and the rows."""
    before_index, after_index = context.default_pair()
    from_box, to_box, measure_box = st.columns([3, 3, 1.4], vertical_alignment="bottom")
    from_key, to_key = (f"quality_{side}_{context.run.run_id}" for side in ("from", "to"))
    url_state.give_choice(FROM, from_key, context.names, context.names[before_index])
    url_state.give_choice(TO, to_key, context.names, context.names[after_index])
    before_name = from_box.selectbox("From", context.names, index=before_index, key=from_key)
    after_name = to_box.selectbox("To", context.names, index=after_index, key=to_key)
    measure = measure_box.selectbox(
        "Measure",
        comparable(),
        format_func=context.shown,
        key="quality_measure",
        persist_state="session",
    )
    if before_name == after_name:
        notice("Both sides are the same pipeline: choose another one to see what changed.")
        return
    before_figures, after_figures = context.of(before_name), context.of(after_name)
    compared = differences(
        context.loaded, context.run, context.counting_rule, before_name, context.names, measure
    )
    difference = next(
        one for one in compared if one.right == after_name
    )  # the same p as under Results
    st.markdown(f"### {plain(replace(difference, measure=context.shown(measure)).sentence)}.")
    run_by_pipeline = runs(context.run)
    changed = changes(
        run_by_pipeline[before_name],
        run_by_pipeline[after_name],
        (before_figures.evaluation, after_figures.evaluation),
        qrels_of(context.loaded, context.counting_rule),
        measure=measure,
    )
    shown_changes = ordered(filtered(context, changed, context.queries), measure)
    if not shown_changes:
        notice("No query passes these filters: loosen one.")
        return
    moved_ids = [change.moved.doc_id for change in shown_changes[:MOST_ROWS] if change.moved]
    clicked = quality_queries(
        change_rows(shown_changes[:MOST_ROWS], context.queries, documents_of(context, moved_ids)),
        before_name=before_name,
        after_name=after_name,
        measure=context.shown(measure),
        key="quality_changes",
    )
    n_more = len(shown_changes) - MOST_ROWS
    st.caption(
        plain(
            "“Moved most” is the relevant document whose move changed DCG@10 most. Compare and "
            f"Explain open with the settings of {after_name}. Keys within the list: arrows, Enter, "
            "E." + (f" {n_more:,} more queries pass the filters." if n_more > 0 else "")
        )
    )
    if clicked is not None:
        open_page(context, clicked, after_figures.spec)
