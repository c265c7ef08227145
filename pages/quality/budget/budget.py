"""Quality, token budget: what of the relevant documents reaches a language model."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, plain
from components.common.wording import counted
from components.quality.budget.budget_curve import budget_curve
from components.quality.budget.budget_table import budget_table
from engine.quality.budget.budget_report import budget_sentence
from engine.types import CrossExamError
from engine.types.quality.contexts import CHARACTERS, RULE
from pages.quality.context import QualityContext
from pages.quality.link_names import BUDGET_BASELINE
from pages.search.budget.budget_choices import budget_choices
from pages.search.job_shown import job_shown
from state import url_state
from state.quality.budget import count_again, report_of, token_counts

FIRST_GLANCE = 0.5  # seconds in which the tokens of most runs are counted


def token_budget(context: QualityContext) -> None:
    """The choices, the sentence, the table and the curve."""
    tokens_box, tokenizer_box, baseline_box = st.columns([1.2, 2, 3], vertical_alignment="bottom")
    budget, tokenizer = budget_choices(tokens_box, tokenizer_box)
    before = context.default_pair()[0]
    key = f"quality_budget_baseline_{context.run.run_id}"
    url_state.give_choice(BUDGET_BASELINE, key, context.names, context.names[before])
    baseline = baseline_box.selectbox("Against", context.names, index=before, key=key)
    job = token_counts(context.loaded, context.run, tokenizer)
    job.wait(FIRST_GLANCE)
    if job.running:
        job_shown(job, key="cancel_counting")
        return
    if job.value is None:
        if job.error is not None:
            error(url_state.error_message(job.error))
        if job.cancelled and st.button("Count the tokens", key="count_tokens"):
            count_again(context.loaded, context.run, tokenizer)
            st.rerun()
        return
    try:
        report = report_of(
            context.loaded,
            context.run,
            context.counting_rule,
            job.value,
            budget=budget,
            baseline=baseline,
            tokenizer=tokenizer,
        )
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    st.markdown(f"#### {plain(budget_sentence(report))}")
    budget_table(report, key="budget_table")
    budget_curve(report, dark=context.dark, key="budget_curve")
    estimate = (
        "Characters / 4 is an estimate for English prose."
        if tokenizer == CHARACTERS
        else "Your language model's own tokenizer will count somewhat differently."
    )
    st.caption(
        plain(
            f"{RULE} {estimate} Means over "
            f"{counted(report.queries, 'judged query', 'judged queries')}; lists of at most "
            f"{counted(report.listed, 'passage')}, so beyond their end no budget "
            "helps. Counted from this run; nothing was scored anew."
        )
    )
