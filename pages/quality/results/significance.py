"""Quality, significance: every pipeline against one, and whether the difference is chance."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components.common.messages import plain
from components.quality.forest import ForestRow, quality_forest
from engine.quality.significance import CONFIDENCE, RESAMPLES, SAMPLES
from engine.types.registries.measures import measure_named
from pages.quality.context import QualityContext
from pages.quality.link_names import AGAINST
from pages.quality.results.counting import AutoJudgmentCount, bracketed, mark_of
from pages.quality.results.weighted import by_searches
from state import url_state
from state.quality.figures import differences
from state.quality.weights import weighted_differences


def significance(
    context: QualityContext, measure: str, count: AutoJudgmentCount | None = None
) -> None:
    """Every other pipeline against one, with Holm's correction, in sentences."""
    baseline_index, _ = context.default_pair()
    heading_box, baseline_box = st.columns([2.6, 3], vertical_alignment="bottom")
    heading_box.subheader(plain(f"Or was it chance?{bracketed(count)}"), anchor=False)
    key = f"quality_baseline_{context.run.run_id}"
    url_state.give_choice(AGAINST, key, context.names, context.names[baseline_index])
    with baseline_box:
        baseline = st.selectbox("Against", context.names, index=baseline_index, key=key)
    compared = [
        replace(one, measure=context.shown(measure))
        for one in differences(
            context.loaded, context.run, context.counting_rule, baseline, context.names, measure
        )
    ]
    rows = [
        ForestRow(one.right, one.difference, *one.interval, one.significant, one.sentence)
        for one in compared
    ]
    shown_measure = context.shown(measure) + mark_of(count)
    measure_record = measure_named(measure)
    quality_forest(
        rows,
        measure=shown_measure,
        baseline=baseline,
        dark=context.dark,
        higher_is_better=measure_record is None or measure_record.higher_is_better,
        key="quality_forest",
    )
    weighted = weighted_differences(
        context.loaded, context.run, context.counting_rule, baseline, context.names, measure
    )
    for one in compared:
        sentence = f"{one.sentence}.{by_searches(weighted, one.right)}"
        st.markdown(f"**{plain(one.right)}**: {plain(sentence)}")
    test_method = (
        "exact"
        if all(one.exact for one in compared)
        else f"{SAMPLES:,} sampled sign patterns where exact counting would take too long"
    )
    st.caption(
        plain(
            f"Paired randomisation test over queries, two-sided ({test_method}); interval: "
            f"{RESAMPLES:,} bootstrap resamples of the queries, percentiles; p corrected by Holm's "
            f"method for all {len(compared)} comparisons of this list. Filled marks: corrected p "
            f"at most {1 - CONFIDENCE:.2f}. The queries stand for others like them only as far "
            "as they were drawn from them."
        )
    )
