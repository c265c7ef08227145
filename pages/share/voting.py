"""Blind vote, while it is open: the voter's name, the ballot, and the end for whoever set it up."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.search.headline import headline
from components.share.ballot import BallotItem, ballot
from engine.types import CrossExamError
from engine.types.share.blind_votes import BlindVote, Voter
from state import url_state
from state.permissions import Act, refusal
from state.share import ballot_rounds, blind_votes


def voting(vote: BlindVote) -> None:
    """What a voter sees; which list is whose stands nowhere in it."""
    headline(vote.title)
    if refused := refusal(Act.BLIND_VOTE):
        notice(refused)
    elif (who := ballot_rounds.voter()) is None:
        _ask_for_name(vote)
    else:
        with stage.picture():
            _ballot(vote, who)
        name_box, button_box = st.columns([4, 1.2], vertical_alignment="center")
        name_box.caption(plain(f"You vote as {who.name}. Each vote is saved at once."))
        if button_box.button("Another name", key="another_voter", width="stretch"):
            ballot_rounds.another_voter()
            st.rerun()
    _for_the_owner(vote)


def _ask_for_name(vote: BlindVote) -> None:
    st.markdown(
        plain(
            f"{counted(len(vote.pairs), 'query', 'queries')}, each with two lists in random "
            "order: choose the one that you would rather have. Results come when the vote ends."
        )
    )
    with st.form("voter_form", border=False, width=480):
        name = st.text_input(
            "Your name", key="voter_name", max_chars=60, placeholder="kept with each of your votes"
        )
        begun = st.form_submit_button("Start voting", type="primary")
    if begun:
        try:
            ballot_rounds.vote_as(name)
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()


def _ballot(vote: BlindVote, who: Voter) -> None:
    """The lists as this voter sees them; what they say is kept before the page is drawn anew."""
    current = ballot_rounds.ballot_round(vote, who)
    items = []
    for position in current.order:
        left, right = ballot_rounds.sides(vote, who, position)
        items.append(BallotItem(vote.pairs[position].query, left, right))
    answers = ballot(
        items,
        token=current.token,
        said=ballot_rounds.said(vote, who, current),
        applied=current.applied,
        on_stage=stage.is_on(),
        key="ballot",
    )
    if not answers:
        return
    try:
        is_new = ballot_rounds.keep(
            vote, who, current, [(a.number, a.item, a.choice, a.comment) for a in answers]
        )
    except CrossExamError as problem:
        error(url_state.error_message(problem))
    else:
        if is_new:
            st.rerun()


def _for_the_owner(vote: BlindVote) -> None:
    """How many voted, and the end, for who may end it."""
    if not blind_votes.may_end(vote):
        return
    n_votes, n_voters = blind_votes.vote_store().numbers().get(vote.vote_id, (0, 0))
    with st.container(border=True, key="vote_owner"):
        text_box, again_box, end_box = st.columns([3.4, 1, 1.4], vertical_alignment="center")
        text_box.markdown(
            plain(
                f"So far {counted(n_votes, 'vote')} of {counted(n_voters, 'voter')}. Send voters "
                "the address of this page; which list is whose is shown when you end the vote."
            )
        )
        again_box.button("Count again", key="count_votes", width="stretch")
        with end_box.popover("End the vote", width="stretch"):
            st.markdown("Nobody can vote afterwards, and everybody sees the results.")
            if st.button("End it now", key="end_vote", type="primary"):
                try:
                    blind_votes.end(vote)
                except CrossExamError as problem:
                    error(url_state.error_message(problem))
                else:
                    st.rerun()
