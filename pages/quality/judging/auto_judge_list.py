"""Quality, judging by a model: its proposals, one after another, under the keyboard."""

from __future__ import annotations

import streamlit as st

from components.common.messages import notice
from pages.quality.context import QualityContext
from pages.quality.judging.judge_cards import proposed_cards
from pages.quality.judging.judge_list import another_list, judge_by_keys, your_name
from state.permissions import Act, refusal
from state.quality import auto_judge
from state.quality.auto_judge import PLACE
from state.quality.judging import judging_session


def look_through(context: QualityContext, judge_model: str, top: int) -> None:
    """The proposals for the top of each list: accept, change or reject."""
    if refused := refusal(Act.JUDGE):
        notice(refused)
        return
    name_box, text_box = st.columns([1.4, 4.6], vertical_alignment="bottom")
    person = your_name(name_box)
    text_box.caption(
        "Nearest to a bound first: there a person's word is worth most. What you accept or change "
        "becomes your judgment, with a note that you saw the machine's grade first; such "
        "judgments are left out where the machine is measured."
    )
    key = (context.run.run_id, judge_model, top)
    items = auto_judge.proposed_items(context.loaded, context.run, judge_model, top)
    session = judging_session(key, items, PLACE)
    if not session.items:
        notice("No proposal is left to look at in these lists.")
        return
    if not person:
        notice("Type your name first: what you accept is kept as your judgment.")
    judge_by_keys(
        proposed_cards(context, session, judge_model),
        session,
        person,
        lambda actions: auto_judge.apply_to_proposals(
            context.loaded, session, person, judge_model, actions
        ),
        key="quality_machine_judge",
    )
    another_list(session, "these", key="another_proposals", place=PLACE)
