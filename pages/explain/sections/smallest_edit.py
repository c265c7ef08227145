"""The section of What if that searches for the fewest words whose loss swaps #1 and #2."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice
from components.explain.what_if.swap_result import swap_intro, swap_result
from engine.explain.counterfactual import Change, Edit, EditedText
from engine.types import Document
from pages.explain.document_picker import Picked
from pages.explain.link_names import SWAP_BUDGETS
from pages.search.job_shown import job_shown
from state import url_state
from state.ended_jobs import is_news
from state.explain.what_if import SwapSearch, swap_search, what_if


def smallest_edit(picked: Picked) -> None:
    """Draw the search's budget and button, its progress, and what it brought."""
    search = swap_search(picked.loaded, picked.trace, picked.ranking)
    st.subheader("The smallest edit that swaps #1 and #2", anchor=False)
    pair = search.first_two
    if pair is None:
        notice("The list has one document, so there is nothing to swap it with.")
        return
    titles = [document.title or document.doc_id for document in pair]
    swap_intro(titles)
    _start_button(search)
    job = search.job
    if job is None:
        return
    if job.running:
        job_shown(job, key="cancel_swap")
    elif job.value is None and not is_news(job):
        return
    elif job.error is not None:
        error(url_state.error_message(job.error))
    elif job.value is None:
        notice("Cancelled.")
    elif swap_result(
        job.value,
        titles,
        first_score=search.first_score,
        cancelled=job.cancelled,
        key="show_swap",
    ):
        changes = tuple(Change(word.span) for word in job.value.dropped)
        _show_in_editor(picked, pair[0], changes)


def _start_button(search: SwapSearch) -> None:
    """Draw how much may be spent and the button that starts the search."""
    budget_column, button_column, _ = st.columns([1.3, 1.2, 3], vertical_alignment="bottom")
    budget = budget_column.selectbox(
        "Forward passes at most", SWAP_BUDGETS, index=2, key="swap_budget", persist_state="session"
    )
    running = search.job is not None and search.job.running
    if button_column.button(
        "Find it",
        key="find_swap",
        disabled=running,
        help="It is searching." if running else None,
        width="stretch",
    ):
        search.start(int(budget))
        st.rerun()


def _show_in_editor(picked: Picked, first: Document, changes: tuple[Change, ...]) -> None:
    """Make the changes those of #1 in the editor, and choose #1."""
    edit = Edit(EditedText(picked.trace.query), EditedText(first.content, changes))
    what_if(picked.loaded, picked.trace, picked.ranking, first).take(edit)
    url_state.choose_next(**{url_state.DOCUMENT: first.doc_id})
