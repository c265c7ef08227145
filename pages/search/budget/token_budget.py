"""Compare, token budget: which passages reach a language model before and after reranking."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from components.common.wording import counted
from components.search.budget.context_table import context_table
from engine.quality.passage_judgments import grades_of
from engine.search.budget.filling import change_sentence, continued, filled, not_held_words
from engine.types import CROSS_ENCODER, SearchTrace
from engine.types.quality.contexts import RULE, ContextChange
from pages.search.budget.budget_choices import budget_choices
from pages.search.link_names import TOKEN_BUDGET
from pages.search.rankings import Comparison
from state.quality.budget import passage_lengths


def token_budget(comparison: Comparison, trace: SearchTrace) -> None:
    """A folded part: the passages of both lists within the budget, and what changes."""
    before = trace.ranking(comparison.search.settings.first_stage)
    reranked = trace.ranking(CROSS_ENCODER)
    if before is None or reranked is None or not before.hits:
        return
    after = continued(reranked, before)
    box = st.expander(
        "What reaches the language model?", key=TOKEN_BUDGET.session_key, on_change="rerun"
    )
    if not box.open:
        return
    with box:
        tokens_box, tokenizer_box, _ = st.columns([1, 2, 2], vertical_alignment="bottom")
        budget, tokenizer = budget_choices(tokens_box, tokenizer_box)
        ids = list(dict.fromkeys([*before.ids(), *after.ids()]))
        listed = comparison.loaded.corpus.store.get(ids)
        documents = [document for document in listed if document.held]
        lengths = passage_lengths([document.content for document in documents], tokenizer)
        tokens = {d.doc_id: n for d, n in zip(documents, lengths, strict=True)}
        grades = grades_of(documents, comparison.judgments)
        change = ContextChange(
            filled(before, tokens, budget, grades), filled(after, tokens, budget, grades)
        )
        names = stage_label(before.stage), stage_label(after.stage)
        sentence = change_sentence(change, names, judged=bool(comparison.judgments))
        st.markdown(f"**{plain(sentence)}**")
        context_table(change, {d.doc_id: d.title for d in documents}, key="context_table")
        missing = len(listed) - len(documents)
        left_out = f" {not_held_words(missing)}" if missing else ""
        st.caption(
            plain(
                f"{RULE}{left_out} Both lists have {counted(len(before.hits), 'passage')}: behind "
                "the reranked ones stands the rest of the first stage's list."
            )
        )
