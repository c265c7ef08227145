"""The section of What if that shows the whole list after the edit."""

from __future__ import annotations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.wording import humanised
from components.search.mini_ranking import mini_ranking
from engine.explain.counterfactual import Edited
from pages.search.job_shown import job_shown
from state import url_state
from state.explain.what_if import WhatIf

FIRST_GLANCE = 0.2


def edited_list(edits: WhatIf) -> None:
    """Draw the list after the edit, or how far its scoring is."""
    edited = edits.edited_list()
    if edited is None:
        job = edits.rescoring()
        job.wait(FIRST_GLANCE)
        edited = edits.edited_list()
        if edited is None:
            if job.running:
                st.caption("A changed query changes every score, so all candidates are read again.")
                job_shown(job, key="cancel_rescoring")
            elif job.error is not None:
                error(url_state.error_message(job.error))
            else:
                notice("Cancelled: the list was not scored for this query.")
                st.button("Score the list", key="rescore", on_click=edits.rescore_again)
            return
    _list(edits, edited)


def _list(edits: WhatIf, edited: Edited) -> None:
    """Draw the first ten documents with their movements, and what was scored for them."""
    chosen = edits.document.doc_id
    shown_ids = [hit.doc_id for hit in edited.ranking.hits[:10]]
    documents = edits.store.get(list(dict.fromkeys([*shown_ids, chosen])))
    mini_ranking(
        edited.ranking,
        {document.doc_id: document.title for document in documents},
        movements=edited.movements,
        chosen=chosen,
        against="the original list",
        key="new_order",
    )
    seconds = humanised(edits.pair(edits.edit).seconds)
    if not edits.changed:
        st.caption("The cross-encoder's list as the search found it.")
    elif edits.edit.query.text == edits.unedited.query.text:
        st.caption(
            f"Only this pair was scored again, in {plain(seconds)}; all others keep their scores."
        )
    else:
        st.caption(
            f"All {len(edited.ranking.hits):,} pairs were scored for the edited query. The "
            "candidates stay those that the original query found."
        )
