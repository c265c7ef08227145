"""The section of Truncation that compares a document's score by passages with its score as cut."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import notice, plain
from components.explain.truncation.token_ruler import RulerWindow
from components.explain.truncation.windows_table import windows_table
from components.explain.truncation.wording import others_sentence, verdict_sentence
from components.search.mini_ranking import mini_ranking
from engine.explain.counterfactual import with_document
from engine.search.passages import PassageScores
from engine.types import TokenBudget
from pages.explain.document_picker import Picked
from pages.explain.link_names import MAX_P, TOP_TWO


def passages_result(
    picked: Picked, passages: PassageScores, windows: Sequence[RulerWindow], budget: TokenBudget
) -> None:
    """Draw the verdict, the windows and the list; `budget` is what the cross-encoder reads."""
    rule = st.segmented_control(
        "Score of the document",
        [MAX_P, TOP_TWO],
        default=MAX_P,
        required=True,
        key="passage_rule",
        persist_state="session",
        label_visibility="collapsed",
    )
    doc_id, text = picked.document.doc_id, picked.document.content
    score = passages.max_p if rule == MAX_P else passages.top_two
    ranking_before = picked.ranking
    if ranking_before.find(doc_id) is None:
        ranking_before = with_document(ranking_before, doc_id, passages.whole).ranking
    after = with_document(ranking_before, doc_id, score)
    movement, n_documents = after.movements[doc_id], len(after.ranking.hits)
    verdict = verdict_sentence(
        cut=budget.read_tokens < budget.doc_tokens,
        whole=passages.whole,
        score=score,
        rank_before=movement.before or n_documents,
        rank_after=movement.after or n_documents,
        documents=n_documents,
    )
    st.markdown(f"#### {plain(verdict)}")
    windows_box, list_box = st.columns([1.35, 1], gap="large")
    with windows_box:
        windows_table(text, windows, read_until=budget.read_until, key="windows")
    with list_box:
        first = picked.loaded.corpus.store.get(after.ranking.ids(10))
        mini_ranking(
            after.ranking,
            {each.doc_id: each.title for each in [*first, picked.document]},
            movements=after.movements,
            chosen=doc_id,
            against="the original list",
            key="by_passages_list",
        )
        st.caption(
            plain(others_sentence(sum(cut_id != doc_id for cut_id in picked.trace.truncated)))
        )
    if passages.max_p < passages.whole:
        notice(
            "By passages it scores lower than when cut: what answers the query was read already, "
            "and a window knows less of what stands around it. Passages are a remedy, not a gain "
            "for all."
        )
